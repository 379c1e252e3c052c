import { ContainerId, HostId, type ContainerSummary, type Host } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { attention } from './attention.ts';

const NOW = 10 * 3_600_000;
const hostId = HostId.parse('11111111-1111-4111-8111-111111111111');

const host = (connection: Host['connection']) => ({
  host: {
    id: hostId,
    name: 'alpha',
    connection,
    enrolledAtMs: 0,
    lastSeenAtMs: 0,
    clockSkewMs: 0,
    info: null,
    sample: null,
  },
  history: [],
});

const container = (more: Partial<ContainerSummary>) => ({
  hostId,
  hostName: 'alpha',
  container: {
    id: ContainerId.parse('a'.repeat(64)),
    name: 'web',
    image: 'starter',
    command: [],
    status: 'running' as const,
    pid: null,
    createdAtMs: 0,
    startedAtMs: 0,
    stoppedAtMs: null,
    exit: null,
    oomKills: 0,
    limits: {},
    labels: {},
    ...more,
  },
});

test('a quiet fleet needs nobody', () => {
  expect(attention([host('online')], [container({})], NOW)).toEqual([]);
});

test('what somebody stopped is no reason to look', () => {
  const stopped = container({
    status: 'stopped',
    stoppedAtMs: NOW - 1000,
    exit: { kind: 'stopped', by: { kind: 'agent' }, request: 'stop', signal: 'SIGTERM', code: null, escalated: false },
  });

  expect(attention([host('online')], [stopped], NOW)).toEqual([]);
});

test('silent hosts and unexpected exits are counted, each with the way to them', () => {
  const failed = container({ status: 'stopped', stoppedAtMs: NOW - 1000, exit: { kind: 'exited', code: 2 } });

  expect(attention([host('stale')], [failed, failed], NOW).map(({ count, text, href }) => [count, text, href])).toEqual(
    [
      [1, 'host is silent', '/?show=silent'],
      [2, 'unexpected exits in the last hour', '/containers?show=recently-failed'],
    ],
  );
});
