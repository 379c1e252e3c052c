import { EventGap, type FleetEvent, HostEvent, HostId } from '@vitrine/protocol';
import type { EventGap as EventGapRow, Event as EventRow } from '../generated/sqlite/client.ts';

export const toFleetEvent = (row: EventRow & { host: { name: string } }): FleetEvent => ({
  cursor: row.cursor,
  hostId: HostId.parse(row.hostId),
  hostName: row.host.name,
  event: HostEvent.parse(JSON.parse(row.body)),
});

export const toEventGap = (row: EventGapRow): EventGap =>
  EventGap.parse({ ...row, noticedAtMs: Number(row.noticedAtMs) });
