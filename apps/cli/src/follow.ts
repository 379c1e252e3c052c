import { setTimeout as sleep } from 'node:timers/promises';
import { type Exit, type FleetEvent, type LogLine, type LogPage } from '@vitrine/protocol';
import type { ContainerAddress, EventsQuery, Hub } from './hub.ts';

const WAIT_SEC = 25;
/** REST answers a page of log at once, so following asks again this often while nothing new came. */
const LOG_PAUSE_MS = 250;

/** Events from a cursor on, oldest first, until `signal`: each answer of the hub waits for the next event. */
export async function* followEvents(
  hub: Hub,
  query: EventsQuery & { after: number },
  signal: AbortSignal,
): AsyncGenerator<FleetEvent> {
  let after = query.after;
  while (!signal.aborted) {
    let page;
    try {
      page = await hub.listEvents({ ...query, after, waitSec: WAIT_SEC, limit: 500 }, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    yield* page.events;
    after = Math.max(after, page.cursor);
  }
}

/** The hub's newest cursor, to follow from. Asked before something is begun, nothing of it is missed. */
export async function currentCursor(hub: Hub): Promise<number> {
  const { cursor } = await hub.listEvents({ limit: 1 });
  return cursor;
}

/** Waits for the end of one container; undefined when interrupted first. */
export async function waitForExit(
  hub: Hub,
  at: ContainerAddress,
  after: number,
  signal: AbortSignal,
): Promise<Exit | undefined> {
  const { container } = await hub.getContainer(at);
  if (container.exit !== null) return container.exit;
  const query = { hostId: at.hostId, containerId: at.containerId, after };
  for await (const { event } of followEvents(hub, query, signal)) {
    if (event.type === 'container.exited') return event.exit;
  }
  return undefined;
}

async function pause(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  // An abort ends the pause early and is not an error here.
  await sleep(ms, undefined, { signal: AbortSignal.any([...signals]) }).catch(() => undefined);
}

/** Pages of a container's log until `ended`, then one last look so that the last words are not lost. */
export async function* followLogs(
  hub: Hub,
  at: ContainerAddress,
  first: { tail: number },
  ended: AbortSignal,
  interrupted: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  let page: LogPage = await hub.logs(at, first);
  yield page.lines;
  while (!interrupted.aborted) {
    // Read before the page is asked for: what was written before the end is in the page asked for after it.
    const isLast = ended.aborted;
    page = await hub.logs(at, { cursor: page.cursor });
    if (page.lines.length > 0) yield page.lines;
    else if (isLast) return;
    else await pause(LOG_PAUSE_MS, [ended, interrupted]);
  }
}
