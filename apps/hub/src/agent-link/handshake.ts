import { randomBytes } from 'node:crypto';
import { AgentToHub, DomainError, HANDSHAKE_TIMEOUT_MS, type HubToAgent, PROTOCOL_VERSION } from '@vitrine/protocol';
import { refuseOtherVersions } from '@vitrine/services';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { textOf } from './watch-socket.ts';

/** All that can be hoped for in the hello of an agent of another version. */
const AnyHello = z.looseObject({ protocolVersion: z.number() });

export const sendToAgent = (socket: WebSocket, message: HubToAgent): void => socket.send(JSON.stringify(message));

function parseHello(text: string): AgentToHub {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notHello('is not JSON', cause);
  }
  const any = AnyHello.safeParse(value);
  // First the version, for the shape of another version's hello is nobody's mistake.
  if (any.success) refuseOtherVersions(any.data.protocolVersion);
  const hello = AgentToHub.safeParse(value);
  if (hello.success) return hello.data;
  const issue = hello.error.issues[0];
  throw notHello(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`, hello.error);
}

const notHello = (what: string, cause: unknown): DomainError =>
  new DomainError('invalid-input', {
    message: `The agent's hello is not one: ${what}.`,
    mend: 'Bring the agent and the hub to the same version.',
    cause,
  });

/** Sends the challenge and resolves with the answer to it; rejects when none comes in time. */
export async function challenge(socket: WebSocket): Promise<{ nonce: string; hello: AgentToHub }> {
  const nonce = randomBytes(32).toString('base64url');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => {
    const message = `The agent did not answer the challenge within ${HANDSHAKE_TIMEOUT_MS / 1000} s.`;
    reject(new DomainError('host-timeout', { message }));
  }, HANDSHAKE_TIMEOUT_MS);
  const onMessage = (data: RawData): void => resolve(textOf(data));
  const onClose = (): void => reject(new DomainError('host-offline', { message: 'The agent went before its hello.' }));
  socket.once('message', onMessage);
  socket.once('close', onClose);
  try {
    sendToAgent(socket, { type: 'challenge', nonce, protocolVersion: PROTOCOL_VERSION });
    return { nonce, hello: parseHello(await promise) };
  } finally {
    clearTimeout(timer);
    socket.off('message', onMessage);
    socket.off('close', onClose);
  }
}
