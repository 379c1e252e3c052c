import { z } from 'zod';

/** Who caused something. Shown beside every event and in every autopsy. */
export const Actor = z.discriminatedUnion('kind', [
  /** Somebody signed in to the hub, by browser or with an API token. */
  z.object({
    kind: z.literal('user'),
    id: z.string(),
    name: z.string(),
    via: z.enum(['browser', 'api-token']),
    tokenName: z.string().optional(),
  }),
  /** A process that spoke to the agent's unix socket on the host itself. */
  z.object({ kind: z.literal('local'), uid: z.number().int(), pid: z.number().int().optional() }),
  /** The agent, of its own accord (recovery, clean-up). */
  z.object({ kind: z.literal('agent') }),
  /** The container's own PID 1, by ending. */
  z.object({ kind: z.literal('container') }),
  /** The kernel (out of memory). */
  z.object({ kind: z.literal('kernel') }),
  /** Some other process, named by the kernel's signal trace. */
  z.object({ kind: z.literal('process'), pid: z.number().int(), comm: z.string() }),
  z.object({ kind: z.literal('unknown') }),
]);
export type Actor = z.infer<typeof Actor>;

export function describeActor(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return actor.tokenName === undefined ? actor.name : `${actor.name} (API token "${actor.tokenName}")`;
    case 'local':
      return `uid ${actor.uid} on the host`;
    case 'agent':
      return 'the agent';
    case 'container':
      return 'the container itself';
    case 'kernel':
      return 'the kernel';
    case 'process':
      return `${actor.comm} (pid ${actor.pid})`;
    case 'unknown':
      return 'unknown';
  }
}
