import {
  Actor,
  ContainerId,
  ContainerName,
  ContainerSpec,
  EpochMs,
  Exit,
  IdempotencyKey,
  Pid,
} from '@vitrine/protocol';
import { z } from 'zod';

/** Who asked for the end of a container, and how far the asking went. */
export const StopRequest = z.object({
  by: Actor,
  request: z.enum(['stop', 'kill']),
  signal: z.string(),
  atMs: EpochMs,
  /** From the request to SIGKILL; null for a kill, which is not followed by anything. */
  timeoutSec: z.number().nullable(),
  /** True when the timeout passed and SIGKILL followed. */
  escalated: z.boolean(),
});
export type StopRequest = z.infer<typeof StopRequest>;

/**
 * All that the agent must still know of a container after its own death.
 *
 * Life     `creating` is written before anything exists in the kernel, and is durable before the journal tells of the container.
 *          The journal is what decides: `creating` without an event means that nobody was ever told, and it is taken away
 *          whole; with one, that the agent died before it wrote `created` or `running`, and the events tell which.
 */
export const ContainerRecord = z.object({
  version: z.literal(1),
  id: ContainerId,
  name: ContainerName,
  spec: ContainerSpec,
  /** Program and arguments as they run, the image's own included. */
  command: z.array(z.string()),
  imageId: z.string(),
  ociConfig: z.record(z.string(), z.unknown()),
  createdBy: Actor,
  createdAtMs: EpochMs,
  request: z.object({ key: IdempotencyKey, hash: z.string() }).nullable(),
  status: z.enum(['creating', 'created', 'running', 'stopped']),
  /** /proc/sys/kernel/random/boot_id of the boot in which it was launched. */
  bootId: z.string(),
  pid: Pid.nullable(),
  shimPid: Pid.nullable(),
  startedAtMs: EpochMs.nullable(),
  startedBy: Actor.nullable(),
  launchNs: z.number().nullable(),
  stopRequest: StopRequest.nullable(),
  stoppedAtMs: EpochMs.nullable(),
  exit: Exit.nullable(),
  oomKills: z.number().int().nonnegative(),
  /** Kills for memory that were already told by an event. */
  oomKillsTold: z.number().int().nonnegative(),
  uidRangeStart: z.number().int().nullable(),
  cgroup: z.object({ version: z.enum(['v1', 'v2']), paths: z.record(z.string(), z.string()) }).nullable(),
  /** The journal's last number when this was written: what this record tells of was journaled after it, or not yet. */
  journalSeq: z.number().int().nonnegative(),
});
export type ContainerRecord = z.infer<typeof ContainerRecord>;
