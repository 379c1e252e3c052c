/** What a driver knows of one controller: one file a controller, all of the same form. */
import type { CgroupEvents, CgroupSample, FigureName, Limits } from './contract.ts';

/** One text into one file, for one limit. */
export interface LimitWrite {
  /** As in `limits.memoryBytes`. */
  field: string;
  file: string;
  value: string;
}

/** Reads a file of the cgroup; null when this kernel has no such file. */
export type ReadFile = (file: string) => string | null;

export type Figures = Partial<Omit<CgroupSample, 'atMs'>>;

/** How a figure is made of files. */
export interface SourceRecipe {
  figure: FigureName;
  formula: string;
  /** Files and, for long ones, the lines that count. The first must exist for the figure to exist. */
  from: readonly { file: string; keys?: readonly string[] }[];
}

export interface Controller {
  /** The kernel's name: the v1 hierarchy, or the word in v2's cgroup.controllers. */
  readonly name: string;
  /** Fields of `Limits` that this controller enforces. */
  readonly limits: readonly (keyof Limits)[];
  /** What to write, in order. `read` tells what stands there now. */
  writes(limits: Limits, read: ReadFile): LimitWrite[];
  figures(read: ReadFile): Figures;
  /** Counters of what the limits did. */
  events?(read: ReadFile): Partial<CgroupEvents>;
  readonly sources: readonly SourceRecipe[];
}

const CPU_PERIOD_USEC = 100_000;
/** Below 1 ms per period the kernel answers EINVAL. */
const MIN_QUOTA_USEC = 1_000;

/** CPU time per period for so many cores. */
export const cpuQuota = (cores: number): { quotaUsec: number; periodUsec: number } => ({
  quotaUsec: Math.max(MIN_QUOTA_USEC, Math.round(cores * CPU_PERIOD_USEC)),
  periodUsec: CPU_PERIOD_USEC,
});
