import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { cpuacct } from './cpuacct.ts';

test('nanoseconds and ticks both become microseconds', () => {
  expect(cpuacct.figures((file) => readRecorded('v1', `cgroup/cpuacct/${file}`))).toEqual({
    cpuUsageUsec: 462_719,
    cpuUserUsec: 450_000,
    cpuSystemUsec: 0,
  });
});
