import { DomainError } from '@vitrine/protocol';
import type { PrismaClient } from './generated/sqlite/client.ts';
import { toHostRecord } from './mappers/host.ts';
import type { HostStore } from './stores.ts';

export const createHostStore = (prisma: PrismaClient): HostStore => ({
  async list() {
    const rows = await prisma.host.findMany({ where: { removedAtMs: null }, orderBy: { name: 'asc' } });
    return rows.map(toHostRecord);
  },
  async find(id) {
    const row = await prisma.host.findUnique({ where: { id } });
    return row === null ? undefined : toHostRecord(row);
  },
  async rename(id, name) {
    await prisma.$transaction(async (tx) => {
      const other = await tx.host.findFirst({ where: { name, removedAtMs: null, id: { not: id } } });
      if (other !== null) {
        throw new DomainError('conflict', {
          message: `Another host is called ${name} already.`,
          mend: 'Choose another name.',
          field: 'name',
        });
      }
      await tx.host.update({ where: { id }, data: { name } });
    });
  },
  async revoke(id, atMs) {
    await prisma.host.update({ where: { id }, data: { revokedAtMs: atMs } });
  },
  async remove(id, atMs) {
    await prisma.host.update({ where: { id }, data: { revokedAtMs: atMs, removedAtMs: atMs } });
  },
  async noteSeen(id, { atMs, info }) {
    const said = info === undefined ? {} : { info: JSON.stringify(info) };
    await prisma.host.update({ where: { id }, data: { lastSeenAtMs: atMs, ...said } });
  },
});
