import { expect, test } from 'vitest';
import { ContainerId, HostEvent } from '@vitrine/protocol';
import { openScratchDb } from '../tools/scratch-db.ts';

const WEB = ContainerId.parse('a'.repeat(64));

const started = (seq: number): HostEvent =>
  HostEvent.parse({
    type: 'container.started',
    seq,
    atMs: 1_795_000_000_000 + seq,
    actor: { kind: 'local', uid: 0 },
    containerId: WEB,
    containerName: 'web',
    pid: 42,
    launchNs: null,
  });

test('an event that comes twice is kept once, and only the new ones are answered', async () => {
  await using db = openScratchDb();
  const host = await db.enrol();
  const { events } = db.stores;

  expect((await events.append(host, [started(1), started(2)])).map(({ event }) => event.seq)).toEqual([1, 2]);
  expect((await events.append(host, [started(2), started(3)])).map(({ event }) => event.seq)).toEqual([3]);

  expect((await events.list({ after: 0, limit: 10 })).map(({ event }) => event.seq)).toEqual([1, 2, 3]);
  expect(await events.lastSeq(host)).toBe(3);
});

test('two hosts count for themselves, and the cursor counts for both', async () => {
  await using db = openScratchDb();
  const [alpha, beta] = [await db.enrol('alpha'), await db.enrol('beta')];
  const { events } = db.stores;

  const added = [...(await events.append(alpha, [started(1)])), ...(await events.append(beta, [started(1)]))];

  expect(added.map(({ hostName, cursor }) => [hostName, cursor])).toEqual([
    ['alpha', 1],
    ['beta', 2],
  ]);
  expect(await events.lastCursor()).toBe(2);
});

test('an event comes back as it went in', async () => {
  await using db = openScratchDb();
  const host = await db.enrol();
  await db.stores.events.append(host, [started(7)]);

  const [kept] = await db.stores.events.list({ containerId: WEB, type: 'container.started', limit: 1 });

  expect(kept?.event).toEqual(started(7));
});

test('a gap counts as read, so that it is told of once', async () => {
  await using db = openScratchDb();
  const host = await db.enrol();

  await db.stores.events.recordGap({ hostId: host, fromSeq: 1, toSeq: 9, noticedAtMs: 1_795_000_000_000 });

  expect(await db.stores.events.lastSeq(host)).toBe(9);
  expect(await db.stores.events.listGaps(host)).toEqual([
    { hostId: host, fromSeq: 1, toSeq: 9, noticedAtMs: 1_795_000_000_000 },
  ]);
});

test('a thousand events are taken in one go', async () => {
  await using db = openScratchDb();
  const host = await db.enrol();
  const many = Array.from({ length: 1000 }, (_, index) => started(index + 1));

  expect(await db.stores.events.append(host, many)).toHaveLength(1000);

  expect(await db.stores.events.lastSeq(host)).toBe(1000);
});
