import { expect, test } from 'vitest';
import { linesOf, parseCount, parseLimit, parsePids, parsePressure, valueOf } from './kernel-text.ts';

test('a limit that is none is null, in the words of either version', () => {
  expect([parseLimit('max\n'), parseLimit('9223372036854771712\n'), parseLimit('67108864\n')]).toEqual([
    null,
    null,
    67_108_864,
  ]);
});

test('what is not told stays not told', () => {
  expect([parseCount(null), parseCount(''), parseCount('max\n'), valueOf(null, 'a'), parsePressure(null)]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

test('a key is found on the first line, on a later and on the last, and never inside another key', () => {
  const text = 'file 1\ntotal_inactive_file 2\ninactive_file 3\nlast 4';
  expect(
    ['file', 'total_inactive_file', 'inactive_file', 'last', 'inactive', 'x'].map((key) => valueOf(text, key)),
  ).toEqual([1, 2, 3, 4, null, null]);
});

test('lines are picked as they stand, in the order of the file', () => {
  expect(linesOf('oom 1\noom_kill 2\nmax 3\n', ['max', 'oom'])).toBe('oom 1\nmax 3');
});

test('pressure is the line of some', () => {
  const text = 'some avg10=1.50 avg60=0.10 avg300=0.00 total=77\nfull avg10=9.00 avg60=0.00 avg300=0.00 total=1\n';
  expect(parsePressure(text)).toEqual({ some10Pct: 1.5, someTotalUsec: 77 });
});

test('PIDs are one a line', () => {
  expect([parsePids(''), parsePids('1\n23\n')]).toEqual([[], [1, 23]]);
});
