'use client';
import type { FleetEvent } from '@vitrine/protocol';
import { cn, TONE_TEXT } from '@vitrine/ui';
import { clockTime, dateTime } from '../figures/format.ts';
import { afterText, eventWords } from './event-words.ts';

/** Events of one container, newest first: when, what, by whom. */
export function EventList({ events }: { events: readonly FleetEvent[] }) {
  const firstMs = events.at(-1)?.event.atMs ?? 0;
  if (events.length === 0) return <p className="text-muted">Nothing has been told yet.</p>;
  return (
    <ol className="space-y-1.5">
      {events.map(({ cursor, event }) => {
        const { tone, what, who } = eventWords(event);
        return (
          <li
            key={cursor}
            className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3"
            data-testid="event"
            data-type={event.type}
          >
            <time
              dateTime={new Date(event.atMs).toISOString()}
              title={dateTime(event.atMs)}
              className="kernel leading-5 text-muted"
            >
              {clockTime(event.atMs)}
            </time>
            <span className="min-w-0 break-words">
              <span className={cn(TONE_TEXT[tone])}>{what}</span>
              {who === null ? null : <span className="text-muted"> by {who}</span>}
              <span className="text-xs text-faint figures"> {afterText(event.atMs, firstMs)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
