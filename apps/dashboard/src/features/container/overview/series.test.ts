import { expect, test } from 'vitest';
import { sampleAt } from './sample-fixture.ts';
import { shownSpan, stepFor, withSamples, within } from './sample-window.ts';
import { chartPoints, thinned } from './series.ts';

test('half a second of CPU time in one second is drawn as half a core', () => {
  const [first, second] = chartPoints([sampleAt(1000), sampleAt(2000, { cpuUsageUsec: 500_000 })]);

  expect(first?.cpuCores).toBeNull();
  expect(second?.cpuCores).toBe(0.5);
});

test('three of ten periods held back are drawn as 30 % throttled', () => {
  const points = chartPoints([
    sampleAt(1000, { cpuPeriods: 100, cpuThrottledPeriods: 10 }),
    sampleAt(2000, { cpuPeriods: 110, cpuThrottledPeriods: 13 }),
    sampleAt(3000, { cpuPeriods: 110, cpuThrottledPeriods: 13 }),
  ]);

  expect(points.map((point) => point.throttledPct)).toEqual([null, 30, 0]);
});

test('a kernel that does not tell is a gap, not a zero', () => {
  const [, point] = chartPoints([sampleAt(1000), sampleAt(2000, { cpuUsageUsec: 1 })]);

  expect(point).toMatchObject({ throttledPct: null, ioReadPerSec: null, cpuPressurePct: null, memoryBytes: null });
});

test('a counter that went back draws no spike', () => {
  const points = chartPoints([
    sampleAt(1000, { cpuUsageUsec: 900_000, ioReadBytes: 4096 }),
    sampleAt(2000, { cpuUsageUsec: 10, ioReadBytes: 0 }),
  ]);

  expect(points[1]).toMatchObject({ cpuCores: null, ioReadPerSec: null });
});

test('reads are shown in bytes a second, whatever the distance of the samples', () => {
  const points = chartPoints([sampleAt(0, { ioReadBytes: 0 }), sampleAt(2000, { ioReadBytes: 8192 })]);

  expect(points[1]?.ioReadPerSec).toBe(4096);
});

test('a silence of the host breaks the lines instead of bridging them', () => {
  const points = chartPoints([sampleAt(1000, { pids: 3 }), sampleAt(60_000, { pids: 9, cpuUsageUsec: 59_000_000 })]);

  expect(points.map((point) => point.pids)).toEqual([3, null, 9]);
  expect(points.at(-1)?.cpuCores).toBeNull();
});

test('thinning keeps counters exact and the highest gauge of each stretch', () => {
  const samples = [0, 1, 2, 3, 4, 5].map((second) =>
    sampleAt(second * 1000, { cpuUsageUsec: second * 250_000, pids: second === 4 ? 32 : 2 }),
  );
  const thin = thinned(samples, 3000);

  expect(thin.map((sample) => sample.pids)).toEqual([2, 32]);
  expect(chartPoints(thin)[1]?.cpuCores).toBe(0.25);
});

test('a reconnect that sends the ring again doubles nothing and loses nothing', () => {
  const kept = [1000, 2000, 3000].map((atMs) => sampleAt(atMs));
  const again = [2000, 3000, 4000].map((atMs) => sampleAt(atMs));

  expect(withSamples(kept, again).map((sample) => sample.atMs)).toEqual([1000, 2000, 3000, 4000]);
});

test('samples older than a quarter of an hour are let go', () => {
  const kept = withSamples([sampleAt(0), sampleAt(600_000)], [sampleAt(16 * 60_000)]);

  expect(kept.map((sample) => sample.atMs)).toEqual([600_000, 960_000]);
});

test('a zoomed chart is drawn to its edges', () => {
  const samples = [0, 1, 2, 3, 4, 5].map((second) => sampleAt(second * 1000));

  expect(within(samples, { fromMs: 2000, toMs: 3000 }).map((sample) => sample.atMs)).toEqual([1000, 2000, 3000, 4000]);
});

test('a quarter of an hour is drawn with few enough points to stay quick', () => {
  expect(stepFor({ fromMs: 0, toMs: 60_000 }, 300)).toBe(1000);
  expect(stepFor({ fromMs: 0, toMs: 15 * 60_000 }, 300)).toBe(3000);
});

test('a long window moves on by whole points, a short one with each sample', () => {
  const ends = (minutes: 1 | 15) =>
    [100_000, 101_000, 107_000, 108_000].map((now) => shownSpan(null, minutes, now).toMs);

  expect(ends(15)).toEqual([96_000, 96_000, 104_000, 104_000]);
  expect(ends(1)).toEqual([100_000, 101_000, 107_000, 108_000]);
});

test('while looking at a stretch of the past it stands still', () => {
  expect(shownSpan({ fromMs: 5, toMs: 9 }, 3, 100_000)).toEqual({ fromMs: 5, toMs: 9 });
});
