import { ContainerId, type ContainerSummary } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { isShown, matches, readShow } from './container-filter.ts';

const NOW = 10 * 3_600_000;

const base: ContainerSummary = {
  id: ContainerId.parse('ab12'.padEnd(64, '0')),
  name: 'web',
  image: 'starter:latest',
  command: ['httpd', '-f'],
  status: 'running',
  pid: 1,
  createdAtMs: 0,
  startedAtMs: 0,
  stoppedAtMs: null,
  exit: null,
  oomKills: 0,
  limits: {},
  labels: {},
};
const failedAt = (stoppedAtMs: number): ContainerSummary => ({
  ...base,
  status: 'stopped',
  stoppedAtMs,
  exit: { kind: 'exited', code: 1 },
});

test('a failure of this morning is failed, but not failed in the last hour', () => {
  expect(isShown('failed', failedAt(0), NOW)).toBe(true);
  expect(isShown('recently-failed', failedAt(0), NOW)).toBe(false);
  expect(isShown('recently-failed', failedAt(NOW - 60_000), NOW)).toBe(true);
});

test('a container that lives on after the kernel killed a child for memory is among those out of memory', () => {
  expect(isShown('oom', { ...base, oomKills: 1 }, NOW)).toBe(true);
  expect(isShown('oom', base, NOW)).toBe(false);
});

test('words are found in name, image, host, command, and the id from its start', () => {
  const row = { hostName: 'alpha', container: base };
  expect(['web', 'STARTER', 'alpha httpd', 'ab12', ''].map((text) => matches(text, row))).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['b12', 'web beta'].map((text) => matches(text, row))).toEqual([false, false]);
});

test('an unknown filter in an address shows everything', () => {
  expect([readShow('oom'), readShow('nonsense'), readShow(null)]).toEqual(['oom', 'all', 'all']);
});
