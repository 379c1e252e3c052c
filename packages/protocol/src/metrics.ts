import { z } from 'zod';
import { ContainerId } from './ids.ts';
import { Bytes, EpochMs } from './units.ts';

/** PSI, "some": share of the last 10 s in which at least one task waited, 0 to 100; total only grows. */
export const Pressure = z.object({ some10Pct: z.number(), someTotalUsec: z.number() });
export type Pressure = z.infer<typeof Pressure>;

/**
 * What one cgroup used at one moment.
 *
 * Units    counters only grow and start with the cgroup; gauges are now.
 * Missing  null means the kernel here does not tell, never 0.
 */
export const CgroupSample = z.object({
  atMs: EpochMs,
  cpuUsageUsec: z.number(),
  cpuUserUsec: z.number().nullable(),
  cpuSystemUsec: z.number().nullable(),
  cpuPeriods: z.number().nullable(),
  cpuThrottledPeriods: z.number().nullable(),
  cpuThrottledUsec: z.number().nullable(),
  /** Without page cache that could be dropped: usage − inactive_file. */
  memoryBytes: Bytes.nullable(),
  /** Everything charged, page cache included. */
  memoryUsageBytes: Bytes.nullable(),
  memoryAnonBytes: Bytes.nullable(),
  memoryFileBytes: Bytes.nullable(),
  memoryPeakBytes: Bytes.nullable(),
  memoryLimitBytes: Bytes.nullable(),
  swapBytes: Bytes.nullable(),
  oomKills: z.number().int().nullable(),
  pids: z.number().int().nullable(),
  pidsLimit: z.number().int().nullable(),
  pidsRefused: z.number().int().nullable(),
  ioReadBytes: z.number().nullable(),
  ioWriteBytes: z.number().nullable(),
  ioReadOps: z.number().nullable(),
  ioWriteOps: z.number().nullable(),
  cpuPressure: Pressure.nullable(),
  memoryPressure: Pressure.nullable(),
  ioPressure: Pressure.nullable(),
});
export type CgroupSample = z.infer<typeof CgroupSample>;

/** What the host and the agent itself used at one moment; also the host's heartbeat, once a second. */
export const HostSample = z.object({
  atMs: EpochMs,
  /** Busy time of all CPUs together since boot, without idle and iowait. */
  cpuBusyUsec: z.number(),
  cpuCount: z.number().int(),
  memoryTotalBytes: Bytes,
  memoryAvailableBytes: Bytes,
  load1: z.number(),
  cpuPressure: Pressure.nullable(),
  memoryPressure: Pressure.nullable(),
  ioPressure: Pressure.nullable(),
  processes: z.number().int(),
  containers: z.object({ running: z.number().int(), created: z.number().int(), stopped: z.number().int() }),
  /** The cost of being watched. */
  agent: z.object({ cpuUsec: z.number(), rssBytes: Bytes }),
  lastEventSeq: z.number().int().nonnegative(),
});
export type HostSample = z.infer<typeof HostSample>;

/** One line of the container table: what it uses now. Null means the kernel here does not tell, or nothing to compare with yet. */
export const ContainerUsage = z.object({
  id: ContainerId,
  /** Cores in use since the sample before: 1 is one core kept busy. */
  cpuCores: z.number().nullable(),
  /** Without page cache that could be dropped. */
  memoryBytes: Bytes.nullable(),
  memoryLimitBytes: Bytes.nullable(),
  pids: z.number().int().nullable(),
});
export type ContainerUsage = z.infer<typeof ContainerUsage>;

/** Names of the figures that a sample holds and that can tell where they come from. */
export const FigureName = z.enum([
  'cpu',
  'cpuThrottled',
  'memory',
  'memoryUsage',
  'memoryPeak',
  'memoryLimit',
  'swap',
  'oomKills',
  'pids',
  'pidsLimit',
  'io',
  'cpuPressure',
  'memoryPressure',
  'ioPressure',
]);
export type FigureName = z.infer<typeof FigureName>;

/** Where a figure comes from and what it literally read just now. */
export const FigureSource = z.object({
  figure: FigureName,
  /** As in `memory.current − inactive_file`. */
  formula: z.string(),
  readings: z.array(z.object({ path: z.string(), text: z.string() })),
  /** Shows the same on the host. */
  command: z.string(),
  readAtMs: EpochMs,
});
export type FigureSource = z.infer<typeof FigureSource>;

/** CPU cores in use between two samples: 1 is one core kept busy. Null when they are not in order. */
export function cpuCoresBetween(
  before: { atMs: number; cpuUsageUsec: number },
  after: { atMs: number; cpuUsageUsec: number },
): number | null {
  const wallUsec = (after.atMs - before.atMs) * 1000;
  const usedUsec = after.cpuUsageUsec - before.cpuUsageUsec;
  return wallUsec > 0 && usedUsec >= 0 ? usedUsec / wallUsec : null;
}
