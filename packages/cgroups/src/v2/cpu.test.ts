import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { cpu } from './cpu.ts';

test('usage and throttling are read as recorded, and pressure is null without PSI', () => {
  const figures = cpu.figures((file) =>
    file === 'cpu.pressure' ? null : readRecorded('v2', `cgroup/unified/${file}`),
  );

  expect(figures).toEqual({
    cpuUsageUsec: 780_000,
    cpuUserUsec: 780_000,
    cpuSystemUsec: 0,
    cpuPeriods: 19,
    cpuThrottledPeriods: 14,
    cpuThrottledUsec: 640_000,
    cpuPressure: null,
  });
});

test.each([
  [0.5, '50000 100000'],
  [2, '200000 100000'],
  [0.01, '1000 100000'],
])('%s cores are written as "%s"', (cpuCores, value) => {
  expect(cpu.writes({ cpuCores }, () => null)).toEqual([{ field: 'limits.cpuCores', file: 'cpu.max', value }]);
});

test('a weight goes in as it is, and nothing is written that was not asked for', () => {
  expect(cpu.writes({ cpuWeight: 250 }, () => null)).toEqual([
    { field: 'limits.cpuWeight', file: 'cpu.weight', value: '250' },
  ]);
  expect(cpu.writes({ memoryBytes: 1 }, () => null)).toEqual([]);
});
