/**
 * From one cgroup's samples to what the charts draw.
 *
 * Counters become rates between neighbouring samples, so a thinned series still shows the true average of each stretch.
 * Missing  null is a gap in the line: the kernel does not tell, the counter went back, or nobody sampled for a while.
 */
import { type CgroupSample, cpuCoresBetween } from '@vitrine/protocol';

/** Longer silence than this is shown as a gap, not bridged by a line. */
const GAP_MS = 5_000;

export type ChartPoint = {
  atMs: number;
  cpuCores: number | null;
  /** Share of the scheduler's periods in which it was held back, 0 to 100. */
  throttledPct: number | null;
  memoryBytes: number | null;
  memoryAnonBytes: number | null;
  memoryFileBytes: number | null;
  memoryLimitBytes: number | null;
  ioReadPerSec: number | null;
  ioWritePerSec: number | null;
  pids: number | null;
  pidsLimit: number | null;
  cpuPressurePct: number | null;
  memoryPressurePct: number | null;
  ioPressurePct: number | null;
};

/** One point a sample; the first one, and the first after a gap, has no rates. Samples are oldest first. */
export function chartPoints(samples: readonly CgroupSample[]): ChartPoint[] {
  const points: ChartPoint[] = [];
  let before: CgroupSample | undefined;
  for (const sample of samples) {
    const apart = before !== undefined && sample.atMs - before.atMs > GAP_MS;
    if (before !== undefined && apart) points.push(gapPoint(before.atMs + 1));
    points.push(pointOf(apart ? undefined : before, sample));
    before = sample;
  }
  return points;
}

function pointOf(before: CgroupSample | undefined, now: CgroupSample): ChartPoint {
  return {
    atMs: now.atMs,
    cpuCores: before === undefined ? null : cpuCoresBetween(before, now),
    throttledPct: before === undefined ? null : throttledPct(before, now),
    memoryBytes: now.memoryBytes,
    memoryAnonBytes: now.memoryAnonBytes,
    memoryFileBytes: now.memoryFileBytes,
    memoryLimitBytes: now.memoryLimitBytes,
    ioReadPerSec: perSecond(before, now, 'ioReadBytes'),
    ioWritePerSec: perSecond(before, now, 'ioWriteBytes'),
    pids: now.pids,
    pidsLimit: now.pidsLimit,
    cpuPressurePct: now.cpuPressure?.some10Pct ?? null,
    memoryPressurePct: now.memoryPressure?.some10Pct ?? null,
    ioPressurePct: now.ioPressure?.some10Pct ?? null,
  };
}

const gapPoint = (atMs: number): ChartPoint => ({
  atMs,
  cpuCores: null,
  throttledPct: null,
  memoryBytes: null,
  memoryAnonBytes: null,
  memoryFileBytes: null,
  memoryLimitBytes: null,
  ioReadPerSec: null,
  ioWritePerSec: null,
  pids: null,
  pidsLimit: null,
  cpuPressurePct: null,
  memoryPressurePct: null,
  ioPressurePct: null,
});

/** Null when the kernel does not count, went back (a new cgroup), or the two samples are out of order. */
function growth(before: number | null, now: number | null): number | null {
  if (before === null || now === null || now < before) return null;
  return now - before;
}

function throttledPct(before: CgroupSample, now: CgroupSample): number | null {
  const periods = growth(before.cpuPeriods, now.cpuPeriods);
  const throttled = growth(before.cpuThrottledPeriods, now.cpuThrottledPeriods);
  if (periods === null || throttled === null) return null;
  return periods === 0 ? 0 : Math.min(100, (throttled / periods) * 100);
}

function perSecond(
  before: CgroupSample | undefined,
  now: CgroupSample,
  counter: 'ioReadBytes' | 'ioWriteBytes',
): number | null {
  if (before === undefined || now.atMs <= before.atMs) return null;
  const bytes = growth(before[counter], now[counter]);
  return bytes === null ? null : (bytes * 1000) / (now.atMs - before.atMs);
}

const GAUGES = [
  'memoryBytes',
  'memoryAnonBytes',
  'memoryFileBytes',
  'pids',
] as const satisfies readonly (keyof CgroupSample)[];

/**
 * At most one sample for each step of time: the last one, for counters must not be altered, with the step's highest
 * gauges, so that a short peak is not thinned away.
 */
export function thinned(samples: readonly CgroupSample[], stepMs: number): CgroupSample[] {
  if (stepMs <= 1000) return [...samples];
  const kept: CgroupSample[] = [];
  for (const sample of samples) {
    const last = kept.at(-1);
    if (last === undefined || Math.floor(last.atMs / stepMs) !== Math.floor(sample.atMs / stepMs)) {
      kept.push(sample);
    } else {
      kept[kept.length - 1] = withHigherGauges(sample, last);
    }
  }
  return kept;
}

function withHigherGauges(sample: CgroupSample, other: CgroupSample): CgroupSample {
  const merged = { ...sample };
  for (const gauge of GAUGES) {
    const value = other[gauge];
    if (value !== null && value > (merged[gauge] ?? -1)) merged[gauge] = value;
  }
  return merged;
}
