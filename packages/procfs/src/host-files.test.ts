import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { parseCpuTimes, parseLoad1, parseMeminfo, parseOsName, parsePressure, parseUptimeMs } from './host-files.ts';

test('busy time leaves out idle and iowait, and guests are not counted twice', () => {
  const text =
    'cpu  100 10 50 900 40 5 5 3 70 7\ncpu0 50 5 25 450 20 3 2 1 0 0\ncpu1 50 5 25 450 20 2 3 2 0 0\nintr 1\n';

  expect(parseCpuTimes(text)).toEqual({ busyUsec: 1_730_000, count: 2 });
});

test('the recorded hosts have two CPUs and one', () => {
  expect(parseCpuTimes(readRecorded('v1', 'proc/stat')).count).toBe(2);
  expect(parseCpuTimes(readRecorded('v2', 'proc/stat')).count).toBe(1);
});

test('memory is told in bytes', () => {
  expect(parseMeminfo('MemTotal:       24684084 kB\nMemFree: 1 kB\nMemAvailable:   22958012 kB\n')).toEqual({
    totalBytes: 24_684_084 * 1024,
    availableBytes: 22_958_012 * 1024,
  });
});

test('pressure is the line of some, and null where the kernel has none', () => {
  expect(parsePressure(readRecorded('v1', 'proc/pressure/cpu'))).toEqual({
    some10Pct: 77.54,
    someTotalUsec: 148_184_137,
  });
  expect(parsePressure(undefined)).toBeNull();
});

test('load and uptime', () => {
  expect(parseLoad1('4.31 1.83 0.90 8/203 30736\n')).toBe(4.31);
  expect(parseUptimeMs('2523.61 4306.23\n')).toBe(2_523_610);
});

test('the name of the system is found with and without quotes', () => {
  expect(parseOsName(readRecorded('v1', 'os-release'))).toBe('Debian GNU/Linux 12 (bookworm)');
  expect(parseOsName('ID=x\nPRETTY_NAME=Alpine\n')).toBe('Alpine');
  expect(parseOsName('ID=x\n')).toBeUndefined();
});
