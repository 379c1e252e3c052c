import { ErrorBody } from '@vitrine/protocol';
import { TRPCClientError } from '@trpc/client';

const NO_ANSWER: ErrorBody = {
  code: 'host-offline',
  message: 'The hub does not answer.',
  mend: 'Check that it runs and that this machine reaches it; the page goes on by itself as soon as it does.',
  field: null,
};

/** What the hub's error formatter puts beside tRPC's own fields. */
function bodyIn(data: unknown): ErrorBody | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const candidates = 'error' in data ? [data.error, data] : [data];
  for (const candidate of candidates) {
    const parsed = ErrorBody.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

/** Anything that was thrown on the way to the hub and back, as what failed, why, and the mend. */
export function problemOf(error: unknown): ErrorBody {
  if (error instanceof TRPCClientError) {
    const data: unknown = error.data;
    const body = bodyIn(data);
    if (body !== undefined) return body;
    if (data === undefined || data === null) return NO_ANSWER;
    if (typeof data === 'object' && 'code' in data && data.code === 'UNAUTHORIZED') {
      return { code: 'unauthenticated', message: 'You are signed out.', mend: 'Sign in again.', field: null };
    }
    return { code: 'internal', message: error.message, mend: null, field: null };
  }
  if (error instanceof TypeError) return NO_ANSWER;
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), mend: null, field: null };
}
