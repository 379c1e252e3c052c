import { z } from 'zod';
import { Actor } from './actor.ts';
import { Exit } from './exit.ts';
import { ContainerId, ContainerName, HostId } from './ids.ts';
import { EpochMs, Pid } from './units.ts';

const base = { seq: z.number().int().positive(), atMs: EpochMs, actor: Actor };
const ofContainer = { ...base, containerId: ContainerId, containerName: ContainerName };

/**
 * What happened on a host, in the order it happened there. `seq` has no gaps; a reader that sees one has lost something.
 * The agent writes each event durably before it tells anybody. A new variant needs PROTOCOL_VERSION + 1.
 */
export const HostEvent = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('agent.started'), version: z.string(), recovered: z.number().int() }),
  z.object({ ...base, type: z.literal('agent.stopped') }),
  z.object({ ...ofContainer, type: z.literal('container.created'), image: z.string() }),
  z.object({ ...ofContainer, type: z.literal('container.started'), pid: Pid, launchNs: z.number().nullable() }),
  z.object({ ...ofContainer, type: z.literal('container.stop-requested'), signal: z.string(), timeoutSec: z.number() }),
  z.object({ ...ofContainer, type: z.literal('container.kill-requested'), signal: z.string() }),
  /** The kernel killed a process of a container that lives on. */
  z.object({ ...ofContainer, type: z.literal('container.oom-kill'), count: z.number().int() }),
  z.object({ ...ofContainer, type: z.literal('container.exited'), exit: Exit }),
  z.object({ ...ofContainer, type: z.literal('container.deleted') }),
]);
export type HostEvent = z.infer<typeof HostEvent>;

export const HostEventType = z.enum(
  HostEvent.options.map((option) => option.shape.type.value) as [HostEvent['type'], ...HostEvent['type'][]],
);
export type HostEventType = z.infer<typeof HostEventType>;

/** An event as the hub keeps it: of which host, and in which order the hub learnt of it. */
export const FleetEvent = z.object({
  /** The hub's own cursor; grows with each insert. */
  cursor: z.number().int(),
  hostId: HostId,
  hostName: z.string(),
  event: HostEvent,
});
export type FleetEvent = z.infer<typeof FleetEvent>;
