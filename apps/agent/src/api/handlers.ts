import type { Actor, AgentApi, AgentCall, AgentOutput, AgentStream } from '@vitrine/protocol';
import type { z } from 'zod';

/** What a call knows of its caller. */
export type CallContext = {
  /** Set on the unix socket, where the kernel says who asks; over the hub's link the hub's word is taken. */
  peer: Extract<Actor, { kind: 'local' }> | null;
  /** Resolves once the caller has taken what was sent: a slow reader slows its subscriptions and costs no memory. */
  drained: () => Promise<void>;
};

type Input<P extends keyof AgentApi> = z.output<AgentApi[P]['input']>;

/** One function a procedure of AgentApi; inputs are parsed already. */
export type AgentHandlers = { [P in AgentCall]: (input: Input<P>) => Promise<AgentOutput<P>> | AgentOutput<P> } & {
  [P in AgentStream]: (input: Input<P>, signal: AbortSignal) => AsyncIterable<AgentOutput<P>>;
};
