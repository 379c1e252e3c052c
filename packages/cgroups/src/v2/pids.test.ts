import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { pids } from './pids.ts';

test.each([
  ['v1', 'cgroup/pids'],
  ['v2', 'cgroup/unified'],
] as const)('the recorded %s host has three of at most thirty-two', (host, directory) => {
  expect(pids.figures((file) => readRecorded(host, `${directory}/${file}`))).toEqual({
    pids: 3,
    pidsLimit: 32,
    pidsRefused: 0,
  });
});

test('no limit is null', () => {
  expect(pids.figures((file) => (file === 'pids.max' ? 'max\n' : '1\n')).pidsLimit).toBeNull();
});
