import type { HostSample } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { hostFigures, hostSeries } from './host-figures.ts';

const sample = (atMs: number, cpuBusyUsec: number): HostSample => ({
  atMs,
  cpuBusyUsec,
  cpuCount: 2,
  memoryTotalBytes: 1000,
  memoryAvailableBytes: 250,
  load1: 0,
  cpuPressure: { some10Pct: 3, someTotalUsec: 0 },
  memoryPressure: { some10Pct: 8, someTotalUsec: 0 },
  ioPressure: null,
  processes: 1,
  containers: { running: 0, created: 0, stopped: 0 },
  agent: { cpuUsec: cpuBusyUsec / 100, rssBytes: 0 },
  lastEventSeq: 0,
});

test('one of two cores kept busy for a second is half of the host', () => {
  expect(hostFigures(sample(0, 0), sample(1000, 1_000_000))).toEqual({
    cpuPct: 50,
    memoryUsedBytes: 750,
    memoryPct: 75,
    pressurePct: 8,
    agentCpuPct: 1,
  });
});

test('a host that booted anew has no CPU figure instead of a negative one', () => {
  expect(hostFigures(sample(0, 9_000_000), sample(1000, 10)).cpuPct).toBeNull();
});

test('a silence of a host is a hole in its line', () => {
  const series = hostSeries([sample(0, 0), sample(1000, 0), sample(60_000, 0), sample(61_000, 1_000_000)]);

  expect(series.map(({ atMs, cpuPct }) => [atMs, cpuPct])).toEqual([
    [0, null],
    [1000, 0],
    [2000, undefined],
    [60_000, null],
    [61_000, 50],
  ]);
});
