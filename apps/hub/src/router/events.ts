import { tracked } from '@trpc/server';
import { EventGap, EventsPage, ListEventGaps, ListEvents, WatchEvents } from '@vitrine/protocol';
import { listEventGaps, listEvents, watchEvents } from '@vitrine/services';
import { z } from 'zod';
import { whileWatched } from './signal.ts';
import { procedure, rest, router } from './trpc.ts';

export const eventsRouter = router({
  list: procedure
    .meta(rest('GET', '/events', 'Events of the fleet; with "after" and "waitSec" it waits for the next'))
    .input(ListEvents)
    .output(EventsPage)
    .query(({ ctx, input }) => listEvents(ctx, input)),
  gaps: procedure
    .meta(rest('GET', '/events/gaps', 'Stretches of events that are lost for good'))
    .input(ListEventGaps)
    .output(z.array(EventGap))
    .query(({ ctx, input }) => listEventGaps(ctx, input)),
  watch: procedure.input(WatchEvents).subscription(async function* ({ ctx, input, signal }) {
    for await (const event of watchEvents(ctx, input, whileWatched(signal))) {
      yield tracked(String(event.cursor), event);
    }
  }),
});
