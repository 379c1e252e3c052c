'use client';
import type { ContainerRef, FleetEvent } from '@vitrine/protocol';
import { useCallback, useState } from 'react';
import { useHub } from '../../trpc/client.tsx';
import { useStream, type StreamState } from '../../trpc/use-stream.ts';

const KEPT = 500;

/** Adds one event, newest first; what came twice is kept once. */
export function withEvent(kept: readonly FleetEvent[], came: FleetEvent): readonly FleetEvent[] {
  if (kept.some(({ cursor }) => cursor === came.cursor)) return kept;
  return [came, ...kept].toSorted((a, b) => b.cursor - a.cursor).slice(0, KEPT);
}

/** All events of one container since it was made, newest first, and live. */
export function useContainerEvents(containerRef: ContainerRef): { events: readonly FleetEvent[]; stream: StreamState } {
  const hub = useHub();
  const [events, setEvents] = useState<readonly FleetEvent[]>([]);
  const stream = useStream(
    `events ${containerRef.hostId} ${containerRef.containerId}`,
    (sink) => hub.events.watch.subscribe({ ...containerRef, after: 0 }, sink),
    useCallback(({ data }: { data: FleetEvent }) => setEvents((kept) => withEvent(kept, data)), []),
  );
  return { events, stream };
}
