import type { FleetEvent, WatchEvents } from '@vitrine/protocol';
import type { SignedAsk } from '../../ask.ts';
import { watches } from '../../law.ts';

const PAGE = 200;

async function* follow({ hub }: SignedAsk, query: WatchEvents, signal: AbortSignal): AsyncGenerator<FleetEvent> {
  const { hostId, containerId } = query;
  const from = typeof query.lastEventId === 'string' ? Number(query.lastEventId) : query.after;
  let after = from ?? (await hub.stores.events.lastCursor());
  const stop = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  while (!signal.aborted) {
    const { next } = hub.eventFeed;
    const events = await hub.stores.events.list({ hostId, containerId, after, limit: PAGE });
    for (const event of events) {
      after = event.cursor;
      yield event;
    }
    if (events.length < PAGE) await Promise.race([next, stop]);
  }
}

/** Each event once, in the order in which the hub learnt of them; a reader that comes back goes on where it was. */
export const watchEvents = watches<WatchEvents, FleetEvent>({ needs: 'viewer' }, follow);
