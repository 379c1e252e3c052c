import type { FleetEvent, HostEvent } from '@vitrine/protocol';
import { ContainerId, HostId } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { afterText, eventWords } from './event-words.ts';
import { withEvent } from './use-container-events.ts';

const base = {
  seq: 1,
  atMs: 1000,
  actor: { kind: 'user', id: 'u', name: 'admin', via: 'browser' } as const,
  containerId: ContainerId.parse('a'.repeat(64)),
  containerName: 'web',
};

const words = (event: HostEvent) => eventWords(event);

test('a start tells the pid, how long the launch took, and who asked', () => {
  expect(words({ ...base, type: 'container.started', pid: 77, launchNs: 2_340_000 })).toEqual({
    tone: 'run',
    what: 'started as pid 77, launched in 2.3 ms',
    who: 'admin',
  });
  expect(words({ ...base, type: 'container.started', pid: 77, launchNs: 830_000 }).what).toContain('830 µs');
});

test('an end nobody asked for is red, one that was asked for is grey', () => {
  const exit = {
    kind: 'stopped',
    by: base.actor,
    request: 'stop',
    signal: 'SIGTERM',
    code: null,
    escalated: false,
  } as const;

  expect(words({ ...base, type: 'container.exited', exit }).tone).toBe('idle');
  expect(words({ ...base, type: 'container.exited', exit: { kind: 'exited', code: 3 } })).toMatchObject({
    tone: 'bad',
    what: 'exited 3',
  });
});

test('a killed child of a container that lives on is told', () => {
  expect(words({ ...base, type: 'container.oom-kill', count: 2 }).what).toBe(
    'out of memory: the kernel killed 2 processes of it',
  );
});

test('times are told after the first event', () => {
  expect([1000, 5200].map((atMs) => afterText(atMs, 1000))).toEqual(['', '+ 4.2 s']);
});

test('an event that comes twice after a reconnect is listed once, newest first', () => {
  const fleet = (cursor: number): FleetEvent => ({
    cursor,
    hostId: HostId.parse('6f1c2b1e-6d0c-4b3a-9a34-0d8c7f1f2a11'),
    hostName: 'alpha',
    event: { ...base, type: 'container.deleted' },
  });
  const kept = [fleet(3), fleet(1)].reduce(withEvent, [] as readonly FleetEvent[]);

  expect(withEvent(withEvent(kept, fleet(2)), fleet(3)).map(({ cursor }) => cursor)).toEqual([3, 2, 1]);
});
