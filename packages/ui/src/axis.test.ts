import { expect, test } from 'vitest';
import { readableTop, roundUp, timeTicks } from './axis.ts';

test('the top of a scale is a round number', () => {
  expect([0, 0.03, 0.6, 1, 2.1, 37, 100, 260].map(roundUp)).toEqual([1, 0.04, 0.6, 1, 4, 40, 100, 400]);
});

test('five minutes are labelled by whole minutes, a minute by quarters, and nothing at the edges', () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  const clock = (ticks: number[]) => ticks.map((at) => new Date(at).toISOString().slice(11, 19));

  const five = timeTicks(noon - 290_000, noon + 10_000, 6);
  expect([clock(five.ticks), five.withSeconds]).toEqual([['11:56:00', '11:57:00', '11:58:00', '11:59:00'], false]);
  const one = timeTicks(noon - 60_000, noon, 6);
  expect([clock(one.ticks), one.withSeconds]).toEqual([
    ['11:59:10', '11:59:20', '11:59:30', '11:59:40', '11:59:50'],
    true,
  ]);
});

test('a narrow chart has fewer labels, and whole minutes before it has seconds', () => {
  const noon = Date.UTC(2026, 0, 1, 12);

  expect(timeTicks(noon - 60_000, noon, 3)).toEqual({ ticks: [noon - 40_000 + 10_000], withSeconds: true });
  expect(timeTicks(noon - 900_000, noon, 3).ticks).toHaveLength(2);
});

test('no two labels of a scale read the same', () => {
  expect(readableTop(0.01, (value) => value.toFixed(2))).toBe(0.02);
  expect(readableTop(0.006, (value) => value.toFixed(2))).toBe(0.02);
  expect(readableTop(100, (value) => value.toFixed(0))).toBe(100);
});
