import {
  DomainError,
  ENROL_PATH,
  type EnrolRequest,
  EnrolResponse,
  ErrorBody,
  HANDSHAKE_TIMEOUT_MS,
  JoinToken,
  PROTOCOL_VERSION,
} from '@vitrine/protocol';
import { z } from 'zod';
import type { Identity } from './identity.ts';

const Refusal = z
  .object({ error: ErrorBody })
  .transform(({ error }) => error)
  .or(ErrorBody);

/** Hands the public key to a hub, once, with a join token. Throws what the hub said, or 'host-offline' when it cannot be reached. */
export async function enrol(
  identity: Identity,
  { hubUrl, token, hostname }: { hubUrl: string; token: string; hostname: string },
): Promise<void> {
  const parsed = JoinToken.safeParse(token);
  if (!parsed.success) {
    throw new DomainError('invalid-input', {
      message: 'The join token is malformed: it starts with "vjt_".',
      mend: 'Copy the whole token from "Add host" in the hub.',
      field: 'token',
    });
  }
  const request: EnrolRequest = {
    token: parsed.data,
    publicKey: identity.publicKey(),
    hostname,
    protocolVersion: PROTOCOL_VERSION,
  };
  const response = await post(new URL(ENROL_PATH, hubUrl), request);
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusalOf(response.status, body);
  const { hostId } = EnrolResponse.parse(body);
  await identity.remember({ hostId, hubUrl });
}

async function post(url: URL, request: EnrolRequest): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS),
    });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new DomainError('host-offline', {
      message: `The hub at ${url.origin} cannot be reached: ${why}.`,
      mend: 'Check its address and that it runs.',
      cause,
    });
  }
}

function refusalOf(status: number, body: unknown): DomainError {
  const refusal = Refusal.safeParse(body);
  if (refusal.success) return DomainError.fromBody(refusal.data);
  return new DomainError('internal', {
    message: `The hub answered the enrolment with status ${status}.`,
    mend: 'Check that the address is that of a Vitrine hub.',
  });
}
