import { type FleetEvent, type HostEvent, type HostId } from '@vitrine/protocol';
import type { Database } from 'better-sqlite3';
import type { PrismaClient } from './generated/sqlite/client.ts';
import { toEventGap, toFleetEvent } from './mappers/event.ts';
import type { Exclusive } from './safe-sqlite.ts';
import type { EventQuery, EventStore } from './stores.ts';

const INSERT = `INSERT INTO "Event" ("hostId", "seq", "type", "containerId", "atMs", "body") VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT ("hostId", "seq") DO NOTHING`;

/** The busiest writes of the hub: prepared statements in one transaction, some ten times faster than through Prisma. */
function insertOnce(
  db: Database,
  hostId: HostId,
  events: readonly HostEvent[],
): { cursor: number; event: HostEvent }[] {
  const insert = db.prepare(INSERT);
  const insertAll = db.transaction(() =>
    events.flatMap((event) => {
      const containerId = 'containerId' in event ? event.containerId : null;
      const done = insert.run(hostId, event.seq, event.type, containerId, event.atMs, JSON.stringify(event));
      return done.changes === 0 ? [] : [{ cursor: Number(done.lastInsertRowid), event }];
    }),
  );
  return insertAll.immediate();
}

const where = ({ hostId, containerId, type, after, before }: EventQuery) => ({
  ...(hostId === undefined ? {} : { hostId }),
  ...(containerId === undefined ? {} : { containerId }),
  ...(type === undefined ? {} : { type }),
  ...(after === undefined && before === undefined
    ? {}
    : { cursor: { ...(after === undefined ? {} : { gt: after }), ...(before === undefined ? {} : { lt: before }) } }),
});

export const createEventStore = (prisma: PrismaClient, exclusive: Exclusive): EventStore => ({
  async append(hostId, events): Promise<FleetEvent[]> {
    if (events.length === 0) return [];
    const added = await exclusive((db) => insertOnce(db, hostId, events));
    if (added.length === 0) return [];
    const { name } = await prisma.host.findUniqueOrThrow({ where: { id: hostId }, select: { name: true } });
    return added.map(({ cursor, event }) => ({ cursor, hostId, hostName: name, event }));
  },
  async lastSeq(hostId) {
    const [event, gap] = await Promise.all([
      prisma.event.aggregate({ where: { hostId }, _max: { seq: true } }),
      prisma.eventGap.aggregate({ where: { hostId }, _max: { toSeq: true } }),
    ]);
    return Math.max(event._max.seq ?? 0, gap._max.toSeq ?? 0);
  },
  async list(query) {
    const rows = await prisma.event.findMany({
      where: where(query),
      orderBy: { cursor: query.after === undefined ? 'desc' : 'asc' },
      take: query.limit,
      include: { host: { select: { name: true } } },
    });
    return rows.map(toFleetEvent);
  },
  async lastCursor() {
    const { _max } = await prisma.event.aggregate({ _max: { cursor: true } });
    return _max.cursor ?? 0;
  },
  async recordGap(gap) {
    await prisma.eventGap.create({ data: gap });
  },
  async listGaps(hostId) {
    const rows = await prisma.eventGap.findMany({
      where: hostId === undefined ? {} : { hostId },
      orderBy: { id: 'desc' },
      take: 500,
    });
    return rows.map(toEventGap);
  },
});
