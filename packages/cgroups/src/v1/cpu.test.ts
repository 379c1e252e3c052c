import { expect, test } from 'vitest';
import { cpu, sharesOfWeight } from './cpu.ts';

test('throttled time is told in nanoseconds and becomes microseconds', () => {
  const stat = 'nr_periods 19\nnr_throttled 14\nthrottled_time 640123456\nnr_bursts 0\nburst_time 0\n';
  expect(cpu.figures(() => stat)).toEqual({
    cpuPeriods: 19,
    cpuThrottledPeriods: 14,
    cpuThrottledUsec: 640_123,
  });
});

test('the period goes in before the quota', () => {
  expect(cpu.writes({ cpuCores: 0.5 }, () => null).map(({ file, value }) => [file, value])).toEqual([
    ['cpu.cfs_period_us', '100000'],
    ['cpu.cfs_quota_us', '50000'],
  ]);
});

test.each([
  [100, 1024],
  [200, 2048],
  [10_000, 102_400],
  [1, 10],
])('a weight of %i is the kernel’s own %i shares', (weight, shares) => {
  expect(sharesOfWeight(weight)).toBe(shares);
});
