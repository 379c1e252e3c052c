import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostId } from '@vitrine/protocol';
import { openDb, type OpenDb } from '../src/open-db.ts';

export interface ScratchDb extends OpenDb, AsyncDisposable {
  path: string;
  enrol(hostname?: string): Promise<HostId>;
}

/** A database of its own for one test. */
export function openScratchDb(): ScratchDb {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-db-test-'));
  const path = join(folder, 'hub.sqlite');
  const db = openDb(path);
  let tokens = 0;
  return {
    ...db,
    path,
    async enrol(hostname = 'alpha') {
      tokens += 1;
      const tokenHash = `hash ${tokens}`;
      const token = { id: `token ${tokens}`, tokenHash, createdBy: 'a test', createdAtMs: 0, expiresAtMs: 10 };
      await db.stores.joinTokens.create(token);
      const enrolled = await db.stores.joinTokens.enrol({ tokenHash, hostname, publicKey: 'key', atMs: 1 });
      if (!enrolled.ok) throw new Error(enrolled.why);
      return enrolled.host.id;
    },
    async [Symbol.asyncDispose]() {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
