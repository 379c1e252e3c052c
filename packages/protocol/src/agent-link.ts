/**
 * How an agent and a hub come to trust each other.
 *
 * Enrolment, once: the agent makes an Ed25519 key and posts `EnrolRequest` with a join token; the hub records the
 * public half and answers with the host's id.
 * Each connection: the agent dials the WebSocket, the hub says `challenge`, the agent answers `hello` with a signature
 * over `challengeText`, the hub says `welcome` or `refused`. After `welcome` the same socket carries tRPC with the
 * agent as the server and the hub as the client.
 */
import { z } from 'zod';
import { ErrorBody } from './error.ts';
import { HostId } from './ids.ts';
import { HostInfo } from './host.ts';

export const AGENT_LINK_PATH = '/api/agent/link';
export const ENROL_PATH = '/api/agent/enrol';
/** Larger frames close the socket. */
export const AGENT_LINK_MAX_BYTES = 8 * 1024 * 1024;
/** Larger requests are refused: by the hub from browsers and scripts, by the agent on its unix socket. */
export const REQUEST_MAX_BYTES = 1024 * 1024;
export const HANDSHAKE_TIMEOUT_MS = 10_000;

export const JoinToken = z.string().regex(/^vjt_[A-Za-z0-9_-]{32,64}$/, 'is not a join token: it starts with "vjt_"');
export type JoinToken = z.infer<typeof JoinToken>;

export const EnrolRequest = z.strictObject({
  token: JoinToken,
  /** The public key's raw 32 bytes, base64url. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url'),
  hostname: z.string().min(1).max(253),
  protocolVersion: z.number().int(),
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;

export const EnrolResponse = z.object({ hostId: HostId });
export type EnrolResponse = z.infer<typeof EnrolResponse>;

export const HubToAgent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('challenge'), nonce: z.string().min(32).max(128), protocolVersion: z.number().int() }),
  z.object({ type: z.literal('welcome') }),
  z.object({ type: z.literal('refused'), error: ErrorBody }),
]);
export type HubToAgent = z.infer<typeof HubToAgent>;

export const AgentToHub = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    hostId: HostId,
    protocolVersion: z.number().int(),
    /** Ed25519 over `challengeText(hostId, nonce)`, base64url. */
    signature: z.string().max(128),
    info: HostInfo,
  }),
]);
export type AgentToHub = z.infer<typeof AgentToHub>;

/** What is signed; the prefix keeps the signature from being of use anywhere else. */
export const challengeText = (hostId: string, nonce: string): string => `vitrine-agent-link\n${hostId}\n${nonce}`;
