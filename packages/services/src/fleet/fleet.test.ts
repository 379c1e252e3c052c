import { beforeEach, expect, test } from 'vitest';
import { FakeMachine } from '@vitrine/testing';
import { type FleetUpdate, HostId, OFFLINE_AFTER_MS, STALE_AFTER_MS } from '@vitrine/protocol';
import type { HostLink } from '../host-link.ts';
import { Fleet } from './fleet.ts';

const ALPHA = HostId.parse('00000000-0000-4000-8000-00000000000a');
let nowMs: number;
let fleet: Fleet;
let machine: FakeMachine;
const closed: string[] = [];
const link = { hostName: 'alpha', close: (why: string) => closed.push(why) } as unknown as HostLink;

beforeEach(() => {
  nowMs = 1_795_000_000_000;
  closed.length = 0;
  fleet = new Fleet(() => nowMs);
  machine = new FakeMachine('alpha', () => nowMs);
  fleet.add({
    id: ALPHA,
    name: 'alpha',
    publicKey: '',
    enrolledAtMs: nowMs,
    lastSeenAtMs: null,
    revokedAtMs: null,
    removedAtMs: null,
    info: null,
  });
});

const beat = (): void => fleet.sampled(ALPHA, machine.sample());
const connectionNow = () => fleet.host(ALPHA).connection;

/** What a watcher has been told so far, without waiting for more. */
async function told(updates: AsyncGenerator<FleetUpdate>, count: number): Promise<FleetUpdate[]> {
  const all: FleetUpdate[] = [];
  for (let n = 0; n < count; n += 1) {
    const next = await updates.next();
    if (next.done !== true) all.push(next.value);
  }
  return all;
}

test('a host that was never heard since the hub started is offline, whatever the database remembers', () => {
  expect(connectionNow()).toBe('offline');
});

test('a host is online while it is heard, then stale, then offline, and watchers are told each time once', async () => {
  const signal = new AbortController().signal;
  fleet.connected(ALPHA, link, machine.info);
  const updates = fleet.watch(signal);
  await told(updates, 1);

  nowMs += STALE_AFTER_MS - 1;
  fleet.tick();
  expect(connectionNow()).toBe('online');
  nowMs += 1;
  fleet.tick();
  fleet.tick();
  expect(await told(updates, 1)).toMatchObject([{ type: 'host', host: { connection: 'stale' } }]);
  nowMs += OFFLINE_AFTER_MS - STALE_AFTER_MS;
  fleet.tick();
  expect(await told(updates, 1)).toMatchObject([{ type: 'host', host: { connection: 'offline' } }]);
  beat();
  expect(await told(updates, 1)).toMatchObject([{ type: 'host', host: { connection: 'online' } }]);
});

test('a watcher that reads slowly gets the newest of each host, not a queue of old ones', async () => {
  fleet.connected(ALPHA, link, machine.info);
  const updates = fleet.watch(new AbortController().signal);
  await told(updates, 1);

  for (let second = 0; second < 100; second += 1) {
    nowMs += 1000;
    beat();
  }

  expect(await told(updates, 1)).toMatchObject([{ type: 'host', host: { sample: { atMs: nowMs } } }]);
});

test('the last fifteen minutes are kept, and no more', async () => {
  fleet.connected(ALPHA, link, machine.info);
  for (let second = 0; second < 1000; second += 1) {
    nowMs += 1000;
    beat();
  }

  const [snapshot] = await told(fleet.watch(new AbortController().signal), 1);

  const history = snapshot?.type === 'snapshot' ? (snapshot.hosts[0]?.history ?? []) : [];
  expect(history).toHaveLength(901);
  expect(history[0]?.atMs).toBe(nowMs - 15 * 60_000);
});

test('a host whose clock is set back begins a new history, and its skew is told', () => {
  fleet.connected(ALPHA, link, machine.info);
  beat();
  fleet.sampled(ALPHA, { ...machine.sample(), atMs: nowMs - 60_000 });

  expect(fleet.host(ALPHA)).toMatchObject({ clockSkewMs: -60_000, sample: { atMs: nowMs - 60_000 } });
});

test('the rows of a host that went away stay, with the time they were last true', async () => {
  fleet.connected(ALPHA, link, machine.info);
  const { detail } = await machine.run({ image: 'starter', name: 'kept' });
  fleet.containersUpdated(ALPHA, { type: 'snapshot', containers: [detail] });
  const seenMs = nowMs;
  fleet.disconnected(ALPHA, link);
  nowMs += 60_000;

  expect(fleet.containers()).toMatchObject([{ seenAtMs: seenMs, container: { name: 'kept' } }]);
  expect(() => fleet.link(ALPHA)).toThrow('alpha is not connected');
});

test('the end of an older connection does not end the newer', () => {
  const newer = { ...link } as HostLink;
  fleet.connected(ALPHA, link, machine.info);
  fleet.connected(ALPHA, newer, machine.info);

  fleet.disconnected(ALPHA, link);

  expect(fleet.link(ALPHA)).toBe(newer);
});

test('whoever waits for a host gets its connection when it comes, and nothing when they stop waiting', async () => {
  const stop = new AbortController();
  const waiting = fleet.linkWhenConnected(ALPHA, new AbortController().signal);
  const given = fleet.linkWhenConnected(ALPHA, stop.signal);

  stop.abort();
  fleet.connected(ALPHA, link, machine.info);

  expect(await given).toBeUndefined();
  expect(await waiting).toBe(link);
});

test('a revoked host is cut off and never handed out again', () => {
  fleet.connected(ALPHA, link, machine.info);

  fleet.revoke(ALPHA, nowMs);

  expect(closed).toEqual(['its host was revoked']);
  expect(connectionNow()).toBe('revoked');
  expect(() => fleet.link(ALPHA)).toThrow('alpha was revoked');
});

test('a removed host is told to watchers and unknown from then on', async () => {
  const updates = fleet.watch(new AbortController().signal);
  await told(updates, 1);

  fleet.remove(ALPHA);

  expect(await told(updates, 1)).toEqual([{ type: 'host-removed', hostId: ALPHA }]);
  expect(() => fleet.host(ALPHA)).toThrow('There is no host');
});
