import type { PrismaClient } from './generated/sqlite/client.ts';
import { toAuditRow } from './mappers/audit-row.ts';
import type { AuditStore } from './stores.ts';

/** Past every id there will be. */
const NEWEST = 2_147_483_647;

export const createAuditStore = (prisma: PrismaClient): AuditStore => ({
  async append(row) {
    const stored = await prisma.auditRow.create({ data: { ...row, actor: JSON.stringify(row.actor) } });
    return toAuditRow(stored);
  },
  async list({ hostId, before, limit }) {
    const rows = await prisma.auditRow.findMany({
      where: {
        id: { lt: before === undefined || !/^\d{1,9}$/.test(before) ? NEWEST : Number(before) },
        ...(hostId === undefined ? {} : { hostId }),
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(toAuditRow);
  },
});
