import { expect, test } from 'vitest';
import { describe, quantile, resultOf } from './result.ts';

test('quantiles lie between the nearest ranks and do not depend on the order of the runs', () => {
  expect([0, 0.5, 0.95, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 2.5, expect.closeTo(3.85), 4]);
  expect(quantile([7], 0.99)).toBe(7);
});

test('nothing measured is an error, not a zero', () => {
  expect(() => resultOf('start', 'ms', [])).toThrow('nothing was measured');
});

test('the result has the documented shape, and the ratio is the peer by ours', () => {
  const result = resultOf('start', 'ms', [2, 2, 2], { runc: { version: '1.1.5', values: [40, 50, 60] } });

  expect(result).toMatchObject({
    name: 'start',
    unit: 'ms',
    runs: 3,
    ours: { p50: 2, p95: 2, p99: 2 },
    peers: { runc: { version: '1.1.5', p50: 50, p95: 59, p99: 59.8 } },
    ratio: { runc: 25 },
  });
  expect(Object.keys(result).toSorted()).toEqual(
    ['at', 'cpus', 'kernel', 'name', 'ours', 'peers', 'ratio', 'runs', 'unit'].toSorted(),
  );
});

test('a peer without a single run is left out', () => {
  const { peers, ratio } = resultOf('start', 'ms', [1], { crun: { version: '1.8', values: [] } });

  expect({ peers, ratio }).toEqual({ peers: {}, ratio: {} });
});

test('the table has a line for each peer', () => {
  const lines = describe(resultOf('start', 'ms', [2], { runc: { version: '1.1.5', values: [50] } })).split('\n');

  expect(lines[0]).toMatch(/^start in ms, 1 runs, Linux /);
  expect(lines.slice(1)).toEqual([
    '            p50  p95  p99  ratio',
    'vitrine       2    2    2      1',
    'runc 1.1.5   50   50   50     25',
  ]);
});
