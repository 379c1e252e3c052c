/**
 * What every driver of control groups offers. The words and the shape are cgroup v2's; v1 adapts.
 *
 * One container has one cgroup, named by its id, below a parent directory that belongs to one agent. On v1 that one
 * cgroup is a directory of the same name in each hierarchy. Everything but `kill` and `remove` is synchronous: the files
 * are kernel memory, and a hop to the thread pool would cost more than the call.
 */

/** What the kernel shall enforce; `undefined` leaves the kernel's own value alone. Same shape as the wire's `Limits`. */
export interface Limits {
  readonly memoryBytes?: number | undefined;
  /** On top of memory, as in v2's memory.swap.max; 0 forbids swapping. */
  readonly swapBytes?: number | undefined;
  /** CPU time per second of wall time. */
  readonly cpuCores?: number | undefined;
  /** 1 to 10000; 100 is everybody's default. */
  readonly cpuWeight?: number | undefined;
  readonly pids?: number | undefined;
  readonly io?: readonly IoLimit[] | undefined;
}

export interface IoLimit {
  /** "MAJOR:MINOR" of a whole disk; the kernel refuses partitions. */
  readonly device: string;
  readonly readBytesPerSec?: number | undefined;
  readonly writeBytesPerSec?: number | undefined;
  readonly readOpsPerSec?: number | undefined;
  readonly writeOpsPerSec?: number | undefined;
}

export interface Pressure {
  some10Pct: number;
  someTotalUsec: number;
}

/** Same shape as the wire's `CgroupSample`. Counters only grow; gauges are now; null: this kernel does not tell. */
export interface CgroupSample {
  atMs: number;
  cpuUsageUsec: number;
  cpuUserUsec: number | null;
  cpuSystemUsec: number | null;
  cpuPeriods: number | null;
  cpuThrottledPeriods: number | null;
  cpuThrottledUsec: number | null;
  memoryBytes: number | null;
  memoryUsageBytes: number | null;
  memoryAnonBytes: number | null;
  memoryFileBytes: number | null;
  memoryPeakBytes: number | null;
  memoryLimitBytes: number | null;
  swapBytes: number | null;
  oomKills: number | null;
  pids: number | null;
  pidsLimit: number | null;
  pidsRefused: number | null;
  ioReadBytes: number | null;
  ioWriteBytes: number | null;
  ioReadOps: number | null;
  ioWriteOps: number | null;
  cpuPressure: Pressure | null;
  memoryPressure: Pressure | null;
  ioPressure: Pressure | null;
}

/** Same names as the wire's `FigureName`. */
export type FigureName =
  | 'cpu'
  | 'cpuThrottled'
  | 'memory'
  | 'memoryUsage'
  | 'memoryPeak'
  | 'memoryLimit'
  | 'swap'
  | 'oomKills'
  | 'pids'
  | 'pidsLimit'
  | 'io'
  | 'cpuPressure'
  | 'memoryPressure'
  | 'ioPressure';

/** Where a figure comes from, and what was literally read for it just now. Same shape as the wire's `FigureSource`. */
export interface FigureSource {
  figure: FigureName;
  formula: string;
  readings: { path: string; text: string }[];
  /** Shows the same in a shell on the host. */
  command: string;
  readAtMs: number;
}

/** Counters that tell what the limits did. */
export interface CgroupEvents {
  /** Processes that the kernel killed for memory. */
  oomKills: number | null;
  /** How often usage ran into the memory limit, killed or not. */
  memoryLimitHits: number | null;
  /** Forks refused by the PID limit. */
  pidsRefused: number | null;
  /** Whether any process is in it. */
  populated: boolean;
}

/** How a launched child gets in without a migration of threads. */
export type Attachment =
  /** v2: a descriptor of this directory goes into clone3's `cgroup` (CLONE_INTO_CGROUP). */
  | { readonly kind: 'clone-into'; readonly directory: string }
  /** v1: the child, still single-threaded, writes "0" to each of these itself; that takes no threadgroup lock. */
  | { readonly kind: 'write-tasks'; readonly files: readonly string[] };

export interface RemoveOptions {
  /** How long the last process may take to be gone. */
  readonly timeoutMs?: number;
}

export interface Cgroups extends Disposable {
  readonly version: 'v1' | 'v2';
  /** Controllers in use here, by the kernel's names. */
  readonly controllers: readonly string[];
  /** Directories of one cgroup: by controller on v1, one called `unified` on v2. */
  paths(id: string): Record<string, string>;
  /** Makes the cgroup with nothing limited. Throws 'exists'; what was made until a failure is undone. */
  create(id: string): void;
  /** Throws 'limit-refused' with the value and the field, or 'controller-missing'. */
  applyLimits(id: string, limits: Limits): void;
  attachment(id: string): Attachment;
  /** Moves a whole process from outside. For launches use `attachment`, which is cheaper. */
  attach(id: string, pid: number): void;
  /** Host PIDs in it and in what was made below it. Throws 'gone'. */
  processes(id: string): number[];
  exists(id: string): boolean;
  /** Throws 'gone' when the cgroup was removed, which is ordinary at exit. */
  sample(id: string): CgroupSample;
  /** Throws 'gone'. */
  events(id: string): CgroupEvents;
  /** Throws 'gone'. Leaves out figures that this kernel does not tell. */
  sources(id: string): FigureSource[];
  /** SIGKILL for everybody in it, newcomers included. Answers how many PIDs were seen. */
  kill(id: string): Promise<number>;
  /** Removes it with everything below. No error when it is gone already; 'busy' names the PIDs that would not go. */
  remove(id: string, options?: RemoveOptions): Promise<void>;
  /** Ids of all cgroups below the parent, also after a restart. */
  list(): string[];
  /** Closes the files kept open for `sample`. */
  release(id: string): void;
  /** Removes the parent directory too, which must be empty: for tests and for taking Vitrine off a host. */
  removeParent(): void;
}
