import type { CgroupSample } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { SampleRing } from './sample-ring.ts';

const sample = (atMs: number): CgroupSample => ({
  atMs,
  cpuUsageUsec: atMs * 2,
  cpuUserUsec: null,
  cpuSystemUsec: 0,
  cpuPeriods: 1,
  cpuThrottledPeriods: 2,
  cpuThrottledUsec: 3,
  memoryBytes: 4,
  memoryUsageBytes: 5,
  memoryAnonBytes: 6,
  memoryFileBytes: 7,
  memoryPeakBytes: null,
  memoryLimitBytes: 8,
  swapBytes: null,
  oomKills: 9,
  pids: 10,
  pidsLimit: null,
  pidsRefused: 11,
  ioReadBytes: 12,
  ioWriteBytes: 13,
  ioReadOps: 14,
  ioWriteOps: 15,
  cpuPressure: { some10Pct: 0.5, someTotalUsec: 16 },
  memoryPressure: null,
  ioPressure: { some10Pct: 0, someTotalUsec: 0 },
});

test('a sample comes back as it went in, what the kernel did not tell still null', () => {
  const ring = new SampleRing(900);
  ring.push(sample(1));

  expect(ring.last()).toEqual(sample(1));
});

test('the ring remembers as many as it holds, oldest first, however long it ran', () => {
  const ring = new SampleRing(100);
  for (let atMs = 1; atMs <= 1234; atMs += 1) ring.push(sample(atMs));

  const kept = ring.since(0).map(({ atMs }) => atMs);
  expect(kept).toEqual(Array.from({ length: 100 }, (_, index) => 1135 + index));
});

test('before it is full it holds exactly what was put in', () => {
  const ring = new SampleRing(900);
  for (let atMs = 1; atMs <= 65; atMs += 1) ring.push(sample(atMs));

  expect(ring.since(0).map(({ atMs }) => atMs)).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
  expect(ring.since(63).map(({ atMs }) => atMs)).toEqual([64, 65]);
});

test('an empty ring has no samples', () => {
  expect(new SampleRing(900).since(0)).toEqual([]);
  expect(new SampleRing(900).last()).toBeUndefined();
});

test('of a container that has ended the last samples are kept', () => {
  const ring = new SampleRing(900);
  for (let atMs = 1; atMs <= 300; atMs += 1) ring.push(sample(atMs));
  ring.keepLast(60);

  expect(ring.since(0).map(({ atMs }) => atMs)).toEqual(Array.from({ length: 60 }, (_, index) => 241 + index));
  ring.push(sample(301));
  expect(ring.last()?.atMs).toBe(301);
  expect(ring.since(0).length).toBe(61);
});
