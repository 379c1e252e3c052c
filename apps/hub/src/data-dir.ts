/** What the hub keeps on disk, readable by its owner alone. */
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const databasePath = (dataDir: string): string => join(dataDir, 'hub.sqlite');

export function prepareDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // The directory may have been there before, open to all; SQLite gives its other files the mode of this one.
  const path = databasePath(dataDir);
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/** Signs session cookies; made once and kept, or every restart would sign everybody out. */
export function readSecret(dataDir: string): string {
  const path = join(dataDir, 'auth.secret');
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  }
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8');
}
