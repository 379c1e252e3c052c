import type { PrismaClient } from './generated/sqlite/client.ts';
import { toApiTokenRow } from './mappers/api-token.ts';
import type { ApiTokenStore } from './stores.ts';

export const createApiTokenStore = (prisma: PrismaClient): ApiTokenStore => ({
  async list(userId) {
    const rows = await prisma.apikey.findMany({ where: { referenceId: userId }, orderBy: { createdAt: 'desc' } });
    return rows.map(toApiTokenRow);
  },
  async delete(userId, id) {
    const { count } = await prisma.apikey.deleteMany({ where: { referenceId: userId, id } });
    return count > 0;
  },
});
