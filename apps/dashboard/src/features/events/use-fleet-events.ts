import { useQuery } from '@tanstack/react-query';
import type { EventGap, FleetEvent, HostEventType, HostId } from '@vitrine/protocol';
import { useState } from 'react';
import { useHub, useTRPC } from '../../trpc/client.tsx';
import { useStream, type StreamState } from '../../trpc/use-stream.ts';
import { withEvents } from './fleet-feed.ts';

export type EventFilter = { hostId: HostId | undefined; type: HostEventType | undefined };

type Kept = { key: string; events: readonly FleetEvent[]; end: boolean };

const PAGE = 200;

export type FleetEvents = {
  /** Newest first; undefined until the first page is there. */
  events: readonly FleetEvent[] | undefined;
  gaps: readonly EventGap[];
  error: unknown;
  stream: StreamState;
  retry: () => void;
  /** Undefined when the beginning is reached. */
  older: (() => Promise<void>) | undefined;
};

/** The newest events that match, live, and further back on demand. */
export function useFleetEvents({ hostId, type }: EventFilter): FleetEvents {
  const hub = useHub();
  const trpc = useTRPC();
  const key = `${hostId ?? ''} ${type ?? ''}`;
  const query = { ...(hostId === undefined ? {} : { hostId }), ...(type === undefined ? {} : { type }), limit: PAGE };
  const first = useQuery(trpc.events.list.queryOptions(query, { gcTime: 0, staleTime: Infinity }));
  const gaps = useQuery(trpc.events.gaps.queryOptions(hostId === undefined ? {} : { hostId }));
  const [kept, setKept] = useState<Kept>({ key, events: [], end: false });
  const own = kept.key === key ? kept : { key, events: [], end: false };
  const add = (came: readonly FleetEvent[], end = false): void =>
    setKept((old) => {
      const base = old.key === key ? old : { key, events: [], end: false };
      return { key, events: withEvents(base.events, came), end: base.end || end };
    });

  const events = first.data === undefined ? undefined : withEvents(own.events, first.data.events);
  const stream = useStream<{ data: FleetEvent }>(
    first.data === undefined ? null : `events ${key} ${first.dataUpdatedAt}`,
    (sink) =>
      hub.events.watch.subscribe({ ...(hostId === undefined ? {} : { hostId }), after: first.data?.cursor ?? 0 }, sink),
    ({ data }) => {
      const before = events?.find(({ hostId: at }) => at === data.hostId);
      // A number was left out: the hub knows whether it is lost.
      if (before !== undefined && data.event.seq > before.event.seq + 1) void gaps.refetch();
      if (type === undefined || data.event.type === type) add([data]);
    },
  );

  const oldest = events?.at(-1)?.cursor;
  const ended = own.end || (first.data !== undefined && first.data.events.length < PAGE);
  return {
    events,
    gaps: gaps.data ?? [],
    error: first.error,
    stream,
    retry: () => void first.refetch(),
    older:
      ended || oldest === undefined
        ? undefined
        : async () => {
            const page = await hub.events.list.query({ ...query, before: oldest });
            add(page.events, page.events.length < PAGE);
          },
  };
}
