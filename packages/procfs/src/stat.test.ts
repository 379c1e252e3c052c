import { RECORDED_PIDS, readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { parseStat } from './stat.ts';

test('a program whose name holds a parenthesis and a blank is read to the last parenthesis', () => {
  const { odd } = RECORDED_PIDS.v1;

  expect(parseStat(readRecorded('v1', `proc/${odd}/stat`))).toMatchObject({
    pid: odd,
    comm: 'odd) (R name',
    state: 'sleeping',
    threads: 1,
  });
});

test('ticks become microseconds and pages become bytes', () => {
  const text = '42 (x) R 7 42 42 0 -1 0 0 0 0 0 150 50 9 9 20 0 3 0 123456 4096000 25 18446744073709551615';

  expect(parseStat(text)).toEqual({
    pid: 42,
    comm: 'x',
    state: 'running',
    ppid: 7,
    cpuUsec: 2_000_000,
    threads: 3,
    startTicks: 123_456,
    rssBytes: 102_400,
  });
});

test.each([
  ['R', 'running'],
  ['S', 'sleeping'],
  ['D', 'disk-sleep'],
  ['T', 'stopped'],
  ['t', 'tracing'],
  ['Z', 'zombie'],
  ['I', 'idle'],
  ['X', 'dead'],
  ['P', 'unknown'],
])('state %s is called %s', (letter, word) => {
  expect(parseStat(`1 (a) ${letter} ${'0 '.repeat(40)}`).state).toBe(word);
});

test.each(['', '1 (cut', '1 (a) S 1 2 3'])('what is no stat file is refused: "%s"', (text) => {
  expect(() => parseStat(text)).toThrow('not a /proc/PID/stat');
});
