import { createApiTokenStore } from './api-token-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createEventStore } from './event-store.ts';
import { PrismaClient } from './generated/sqlite/client.ts';
import { createHostStore } from './host-store.ts';
import { createJoinTokenStore } from './join-token-store.ts';
import { migrate } from './migrate.ts';
import { SafeSqlite } from './safe-sqlite.ts';
import type { Stores } from './stores.ts';

export interface OpenDb {
  stores: Stores;
  /** For the authentication library alone, which has a Prisma adapter of its own. */
  prisma: PrismaClient;
  close(): Promise<void>;
}

/** Opens the database at that path, made or brought up to date first. */
export function openDb(path: string): OpenDb {
  migrate(path);
  const sqlite = new SafeSqlite(path);
  const prisma = new PrismaClient({ adapter: sqlite });
  return {
    prisma,
    stores: {
      hosts: createHostStore(prisma),
      joinTokens: createJoinTokenStore(prisma),
      events: createEventStore(prisma, sqlite.exclusive),
      audit: createAuditStore(prisma),
      apiTokens: createApiTokenStore(prisma),
    },
    close: () => prisma.$disconnect(),
  };
}
