import { randomUUID } from 'node:crypto';
import type { Prisma, PrismaClient } from './generated/sqlite/client.ts';
import { toHostRecord } from './mappers/host.ts';
import { toJoinTokenRow } from './mappers/join-token.ts';
import type { Enrolment, JoinTokenStore } from './stores.ts';

/** `alpha`, then `alpha-2`: two machines may well have the same hostname. */
async function freeName(tx: Prisma.TransactionClient, hostname: string): Promise<string> {
  const wanted =
    hostname
      .replaceAll(/[^a-zA-Z0-9_.-]/g, '-')
      .replace(/^[^a-zA-Z0-9]+/, '')
      .slice(0, 56) || 'host';
  const rows = await tx.host.findMany({
    where: { removedAtMs: null, name: { startsWith: wanted } },
    select: { name: true },
  });
  const taken = new Set(rows.map(({ name }) => name));
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}-${n}`;
  return name;
}

async function enrol(
  tx: Prisma.TransactionClient,
  request: Parameters<JoinTokenStore['enrol']>[0],
): Promise<Enrolment> {
  const { tokenHash, hostname, publicKey, atMs } = request;
  const token = await tx.joinToken.findUnique({ where: { tokenHash } });
  if (token === null) return { ok: false, why: 'unknown' };
  if (token.usedAtMs !== null) return { ok: false, why: 'used' };
  if (token.expiresAtMs <= atMs) return { ok: false, why: 'expired' };
  const id = randomUUID();
  // Compare and set: on an engine with concurrent transactions the second one finds nothing to use up.
  const used = await tx.joinToken.updateMany({
    where: { tokenHash, usedAtMs: null },
    data: { usedAtMs: atMs, usedByHostId: id },
  });
  if (used.count === 0) return { ok: false, why: 'used' };
  const name = await freeName(tx, hostname);
  const host = await tx.host.create({ data: { id, name, publicKey, enrolledAtMs: atMs } });
  return { ok: true, host: toHostRecord(host) };
}

export const createJoinTokenStore = (prisma: PrismaClient): JoinTokenStore => ({
  async create(record) {
    await prisma.joinToken.create({ data: record });
  },
  async list() {
    const rows = await prisma.joinToken.findMany({ orderBy: { createdAtMs: 'desc' } });
    return rows.map(toJoinTokenRow);
  },
  async delete(id) {
    const { count } = await prisma.joinToken.deleteMany({ where: { id } });
    return count > 0;
  },
  enrol: (request) => prisma.$transaction((tx) => enrol(tx, request)),
});
