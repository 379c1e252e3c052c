import { expect, test } from 'vitest';
import { IdRanges, isRangeStart } from './id-ranges.ts';

test('two containers never share a user id, and a freed range is the next one used', () => {
  const ranges = new IdRanges();
  expect([ranges.take('a'), ranges.take('b')]).toEqual([0x20000000, 0x20010000]);
  expect(ranges.take('a')).toBe(0x20000000);
  ranges.release('a');
  expect(ranges.take('c')).toBe(0x20000000);
});

test('a range found on disk after a restart is not given again', () => {
  const ranges = new IdRanges();
  ranges.hold('old', 0x20000000);
  expect(ranges.take('new')).toBe(0x20010000);
});

test('only the first id of a range counts as one', () => {
  expect([0x20000000, 0x20000001, 0, 1000, 0x70000000].map(isRangeStart)).toEqual([true, false, false, false, false]);
});
