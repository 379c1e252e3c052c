import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const FOLDER = join(import.meta.dirname, '../migrations/sqlite');

/** The database is not this version's to touch; `mend` says what to do about it. */
class NotOursError extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

const newer = (name: string): NotOursError =>
  new NotOursError(
    `the database has the migration ${name}, which this version does not know`,
    'run the version that made it, or a newer one; or take another --data-dir',
  );

const edited = (name: string): NotOursError =>
  new NotOursError(
    `the migration ${name} was changed after it was applied`,
    'restore the migration as it was; what changes the database is a new one',
  );

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface Applied {
  name: string;
  checksum: string;
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/** A database that a newer version has migrated, or a migration edited after it ran, is not touched. */
function outstanding(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  for (const { name, checksum } of applied) {
    if (!known.has(name)) throw newer(name);
    if (known.get(name) !== checksum) throw edited(name);
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

function applyAll(db: Database.Database, migrations: readonly Migration[], nowMs: number): string[] {
  db.exec(
    'CREATE TABLE IF NOT EXISTS _migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)',
  );
  const applied = db.prepare<[], Applied>('SELECT name, checksum FROM _migrations').all();
  const record = db.prepare('INSERT INTO _migrations VALUES (?, ?, ?)');
  const todo = outstanding(migrations, applied);
  for (const { name, sql, checksum } of todo) {
    db.exec(sql);
    record.run(name, checksum, new Date(nowMs).toISOString());
  }
  const broken: unknown = db.pragma('foreign_key_check');
  if (Array.isArray(broken) && broken.length > 0) throw new Error('A migration would break references between tables.');
  return todo.map(({ name }) => name);
}

/** Brings the database up to date, all or nothing, and answers the names of what it applied. Needs no Prisma CLI. */
export function migrate(path: string, folder: string = FOLDER): string[] {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('busy_timeout = 10000');
    // SQLite changes a table by making it anew; that must not cascade.
    db.pragma('foreign_keys = OFF');
    db.exec('BEGIN IMMEDIATE');
    try {
      const names = applyAll(db, readMigrations(folder), Date.now());
      db.exec('COMMIT');
      return names;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  } finally {
    db.close();
  }
}
