/** Events of the fleet as one list, newest first, with the gaps that nobody can fill any more. */
import type { EventGap, FleetEvent } from '@vitrine/protocol';

type Unordered =
  | { kind: 'event'; key: string; atMs: number; event: FleetEvent }
  | { kind: 'gap'; key: string; atMs: number; gap: EventGap; hostName: string };

/** `order` grows with time; of two events of one moment the later has the greater. */
export type FeedRow = Unordered & { order: number };

/** Adds events, newest first; what came twice is kept once. */
export function withEvents(kept: readonly FleetEvent[], came: readonly FleetEvent[]): readonly FleetEvent[] {
  const byCursor = new Map([...kept, ...came].map((event) => [event.cursor, event]));
  if (byCursor.size === kept.length) return kept;
  return [...byCursor.values()].toSorted((a, b) => b.cursor - a.cursor);
}

/**
 * A gap stands where its events would: after the last event of that host before it. Where none of those is shown,
 * it stands at the time it was noticed.
 */
export function feedRows(
  events: readonly FleetEvent[],
  gaps: readonly EventGap[],
  nameOf: (hostId: string) => string,
): FeedRow[] {
  const rows: Unordered[] = events.map((event) => ({
    kind: 'event',
    key: `event ${event.cursor}`,
    atMs: event.event.atMs,
    event,
  }));
  for (const gap of gaps) {
    const next = events.findLast(({ hostId, event }) => hostId === gap.hostId && event.seq > gap.toSeq);
    rows.push({
      kind: 'gap',
      key: `gap ${gap.hostId} ${gap.fromSeq}`,
      atMs: next === undefined ? gap.noticedAtMs : next.event.atMs - 1,
      gap,
      hostName: nameOf(gap.hostId),
    });
  }
  return rows
    .toSorted((a, b) => b.atMs - a.atMs || b.key.localeCompare(a.key, undefined, { numeric: true }))
    .map((row, index) => ({ ...row, order: rows.length - index }));
}
