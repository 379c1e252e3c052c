import { expect, test } from 'vitest';
import type { Stores } from '@vitrine/db/stores';
import { type EventGap, type FleetEvent, type HostEvent, HostId } from '@vitrine/protocol';
import { EventFeed } from './event-feed.ts';
import { ingestEvents } from './ingest-events.ts';

const ALPHA = HostId.parse('00000000-0000-4000-8000-00000000000a');

const stopped = (seq: number): HostEvent => ({ type: 'agent.stopped', seq, atMs: 1, actor: { kind: 'agent' } });

/** A store that keeps its promises in memory; packages/db tests the real one. */
function hubWith(kept: number[]) {
  const gaps: [from: number, to: number][] = [];
  let woken = 0;
  const eventFeed = new EventFeed();
  const wake = eventFeed.wake.bind(eventFeed);
  eventFeed.wake = () => {
    woken += 1;
    wake();
  };
  const events = {
    lastSeq: async () => Math.max(0, ...kept, ...gaps.map(([, to]) => to)),
    append: async (_host: HostId, incoming: readonly HostEvent[]) => {
      const fresh = incoming.filter(({ seq }) => !kept.includes(seq));
      kept.push(...fresh.map(({ seq }) => seq));
      return fresh.map((event): FleetEvent => ({ cursor: event.seq, hostId: ALPHA, hostName: 'alpha', event }));
    },
    recordGap: async ({ fromSeq, toSeq }: EventGap) => void gaps.push([fromSeq, toSeq]),
  };
  const stores = { events } as unknown as Stores;
  return { hub: { stores, eventFeed, now: () => 5 }, kept, gaps, woken: () => woken };
}

test('events in order are kept and wake whoever waits for them', async () => {
  const { hub, kept, gaps, woken } = hubWith([]);

  await ingestEvents(hub, ALPHA, { firstSeq: 1, events: [stopped(1), stopped(2)] });

  expect([kept, gaps, woken()]).toEqual([[1, 2], [], 1]);
});

test('what was kept already is not kept again and wakes nobody', async () => {
  const { hub, kept, gaps, woken } = hubWith([1, 2]);

  await ingestEvents(hub, ALPHA, { firstSeq: 1, events: [stopped(1), stopped(2)] });

  expect([kept, gaps, woken()]).toEqual([[1, 2], [], 0]);
});

test('a journal that begins after what was kept leaves a gap, once', async () => {
  const { hub, kept, gaps } = hubWith([1, 2]);

  await ingestEvents(hub, ALPHA, { firstSeq: 6, events: [] });
  await ingestEvents(hub, ALPHA, { firstSeq: 6, events: [stopped(6)] });

  expect([kept, gaps]).toEqual([[1, 2, 6], [[3, 5]]]);
});

test('a number that is jumped over leaves a gap of just that', async () => {
  const { hub, gaps } = hubWith([]);

  await ingestEvents(hub, ALPHA, { firstSeq: 1, events: [stopped(1), stopped(3), stopped(7)] });

  expect(gaps).toEqual([
    [2, 2],
    [4, 6],
  ]);
});
