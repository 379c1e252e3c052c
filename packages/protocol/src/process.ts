import { z } from 'zod';
import { ContainerId } from './ids.ts';
import { Bytes, EpochMs, Pid } from './units.ts';

/** The kernel's letter (R, S, D, Z, T, t, I, X) as a word. */
export const ProcessState = z.enum([
  'running',
  'sleeping',
  'disk-sleep',
  'stopped',
  'tracing',
  'zombie',
  'idle',
  'dead',
  'unknown',
]);
export type ProcessState = z.infer<typeof ProcessState>;

/** One process as the host's kernel sees it. */
export const ProcessInfo = z.object({
  pid: Pid,
  /** PID in the innermost PID namespace; null when it has none of its own (an ordinary host process). */
  containerPid: Pid.nullable(),
  ppid: z.number().int().nonnegative(),
  uid: z.number().int(),
  comm: z.string(),
  /** Empty for kernel threads and zombies. Cut at 64 arguments and 4 KiB. */
  commandLine: z.array(z.string()),
  state: ProcessState,
  /** Share of one core since the last sample, 100 is one core kept busy; null the first time it is seen. */
  cpuPct: z.number().nullable(),
  rssBytes: Bytes,
  threads: z.number().int(),
  startedAtMs: EpochMs,
  /** The container it belongs to, if it is one of ours. */
  containerId: ContainerId.nullable(),
  /** What else it is, when it is not ours: a shim of ours, another runtime's container, the agent. */
  role: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('plain') }),
    z.object({ kind: z.literal('agent') }),
    z.object({ kind: z.literal('shim'), containerId: ContainerId }),
    z.object({
      kind: z.literal('foreign-container'),
      runtime: z.enum(['docker', 'podman', 'containerd', 'kubernetes', 'lxc', 'other']),
      id: z.string(),
    }),
  ]),
});
export type ProcessInfo = z.infer<typeof ProcessInfo>;

/** First a whole tree, then only what changed. */
export const ProcessUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), atMs: EpochMs, processes: z.array(ProcessInfo) }),
  z.object({ type: z.literal('delta'), atMs: EpochMs, changed: z.array(ProcessInfo), ended: z.array(Pid) }),
]);
export type ProcessUpdate = z.infer<typeof ProcessUpdate>;

/** Applies one update to the processes known so far, by host PID. */
export function applyProcessUpdate(
  known: ReadonlyMap<number, ProcessInfo>,
  update: ProcessUpdate,
): Map<number, ProcessInfo> {
  if (update.type === 'snapshot') return new Map(update.processes.map((process) => [process.pid, process]));
  const next = new Map(known);
  for (const process of update.changed) next.set(process.pid, process);
  for (const pid of update.ended) next.delete(pid);
  return next;
}
