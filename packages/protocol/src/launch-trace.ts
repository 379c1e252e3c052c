import { z } from 'zod';
import { EpochMs } from './units.ts';

/** What a step is for; the waterfall groups by it. */
export const StepGroup = z.enum([
  'prepare',
  'namespaces',
  'filesystem',
  'cgroup',
  'network',
  'identity',
  'security',
  'sync',
  'exec',
]);
export type StepGroup = z.infer<typeof StepGroup>;

/** One system call that made a container. */
export const LaunchStep = z.object({
  /** Position in its side's table. */
  index: z.number().int(),
  /** The shim (parent, real root) or the child that becomes PID 1. */
  side: z.enum(['shim', 'child']),
  group: StepGroup,
  /** For people: "mount /proc". */
  label: z.string(),
  /** As strace would print it, without the result: `openat2(5, "proc", {flags=O_PATH, resolve=RESOLVE_IN_ROOT})`. */
  call: z.string(),
  /** Nanoseconds since the launch began; null when the step was never reached. */
  startedNs: z.number().nullable(),
  /** null while it runs, or when it was never reached. */
  durationNs: z.number().nullable(),
  /** The call's return value; negative is -errno. */
  result: z.number().nullable(),
  outcome: z.enum(['ok', 'allowed-error', 'failed', 'skipped', 'not-reached']),
  /** As in `ENOENT`, when the result is negative. */
  errno: z.string().nullable(),
});
export type LaunchStep = z.infer<typeof LaunchStep>;

/** Every system call that made one container, in order. */
export const LaunchTrace = z.object({
  /** When the shim ran its first step. */
  beganAtMs: EpochMs,
  /** First step to exec; null when it did not get there. */
  totalNs: z.number().nullable(),
  steps: z.array(LaunchStep),
});
export type LaunchTrace = z.infer<typeof LaunchTrace>;
