import type { HostSample } from '@vitrine/protocol';

/** What a sample says together with the one before it. Null: not known. */
export type HostFigures = {
  /** Busy share of all CPUs, 0 to 100. */
  cpuPct: number | null;
  memoryUsedBytes: number;
  memoryPct: number;
  /** The worst of CPU, memory and I/O: share of the last 10 s in which something waited. */
  pressurePct: number | null;
  /** Of one core. */
  agentCpuPct: number | null;
};

/** A counter's growth per second of wall time, as a share of `full` microseconds; null across a restart. */
function sharePct(before: number, after: number, wallMs: number, full: number): number | null {
  if (wallMs <= 0 || after < before) return null;
  return Math.min(100, ((after - before) / (wallMs * 1000 * full)) * 100);
}

export function hostFigures(before: HostSample | undefined, after: HostSample): HostFigures {
  const wallMs = before === undefined ? 0 : after.atMs - before.atMs;
  const pressures = [after.cpuPressure, after.memoryPressure, after.ioPressure].filter((value) => value !== null);
  const usedBytes = after.memoryTotalBytes - after.memoryAvailableBytes;
  return {
    cpuPct:
      before === undefined
        ? null
        : sharePct(before.cpuBusyUsec, after.cpuBusyUsec, wallMs, Math.max(1, after.cpuCount)),
    memoryUsedBytes: usedBytes,
    memoryPct: after.memoryTotalBytes > 0 ? (usedBytes / after.memoryTotalBytes) * 100 : 0,
    pressurePct: pressures.length === 0 ? null : Math.max(...pressures.map((value) => value.some10Pct)),
    agentCpuPct: before === undefined ? null : sharePct(before.agent.cpuUsec, after.agent.cpuUsec, wallMs, 1),
  };
}

/** Between two heartbeats more than this apart nothing was heard, and nothing is drawn. */
const SILENCE_MS = 5000;

/** Figures for each sample, oldest first, each with its time; a silence is a point of which nothing is known. */
export function hostSeries(history: readonly HostSample[]): (Partial<HostFigures> & { atMs: number })[] {
  return history.flatMap((sample, index) => {
    const before = history[index - 1];
    if (before !== undefined && sample.atMs - before.atMs > SILENCE_MS) {
      return [{ atMs: before.atMs + 1000 }, { atMs: sample.atMs, ...hostFigures(undefined, sample) }];
    }
    return [{ atMs: sample.atMs, ...hostFigures(before, sample) }];
  });
}
