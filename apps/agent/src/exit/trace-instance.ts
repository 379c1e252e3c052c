import { createHash } from 'node:crypto';

/** The name of the tracing instance of the agent with this state directory: the same after a restart, another for another agent. */
export const traceInstanceOf = (stateDir: string): string =>
  `vitrine-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`;
