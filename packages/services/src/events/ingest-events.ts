import type { Stores } from '@vitrine/db/stores';
import type { EventsUpdate, HostId } from '@vitrine/protocol';
import type { EventFeed } from './event-feed.ts';

/**
 * Takes what a host tells of its journal. Each event is kept once by (host, seq); a stretch that the journal no longer
 * has, or that was jumped over, becomes a gap that is shown: a hole is told of, never papered over.
 */
export async function ingestEvents(
  hub: { stores: Stores; eventFeed: EventFeed; now: () => number },
  hostId: HostId,
  update: EventsUpdate,
): Promise<void> {
  const { events: store } = hub.stores;
  const kept = await store.lastSeq(hostId);
  const gap = (fromSeq: number, toSeq: number): Promise<void> =>
    store.recordGap({ hostId, fromSeq, toSeq, noticedAtMs: hub.now() });
  let expected = kept + 1;
  if (update.firstSeq > expected) {
    await gap(expected, update.firstSeq - 1);
    expected = update.firstSeq;
  }
  for (const { seq } of update.events) {
    if (seq < expected) continue;
    if (seq > expected) await gap(expected, seq - 1);
    expected = seq + 1;
  }
  const added = await store.append(hostId, update.events);
  if (added.length > 0) hub.eventFeed.wake();
}
