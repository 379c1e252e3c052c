import type { EventsPage, ListEvents } from '@vitrine/protocol';
import type { Hub } from '../../ask.ts';
import { reads } from '../../law.ts';

/**
 * `cursor` is where to go on with `after`: the last event's own when there are more to come, else the newest of all,
 * so that a reader with a filter does not read the same stretch again and again.
 */
async function readPage(hub: Hub, query: ListEvents): Promise<EventsPage> {
  const newest = await hub.stores.events.lastCursor();
  const events = await hub.stores.events.list(query);
  const latest = Math.max(query.after ?? 0, ...events.map(({ cursor }) => cursor));
  const moreToCome = query.after !== undefined && events.length === query.limit;
  return { events, cursor: moreToCome ? latest : Math.max(newest, latest) };
}

/** With `waitSec`, holds the answer until there is an event or the time is over: a script's way to follow. */
export const listEvents = reads<ListEvents, EventsPage>({ needs: 'viewer' }, async ({ hub }, query) => {
  if (query.hostId !== undefined) hub.fleet.host(query.hostId);
  const { promise: overdue, resolve } = Promise.withResolvers<'overdue'>();
  const timer = setTimeout(() => resolve('overdue'), query.waitSec * 1000);
  try {
    while (true) {
      const { next } = hub.eventFeed;
      const page = await readPage(hub, query);
      if (page.events.length > 0 || query.after === undefined || query.waitSec === 0) return page;
      if ((await Promise.race([next, overdue])) === 'overdue') return page;
    }
  } finally {
    clearTimeout(timer);
  }
});
