import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diffSql } from '../tools/schema-engine.ts';
import { migrate } from './migrate.ts';

const OURS = join(import.meta.dirname, '../migrations/sqlite');
let folder: string;
let path: string;
let migrations: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-migrate-test-'));
  path = join(folder, 'hub.sqlite');
  migrations = join(folder, 'migrations');
  cpSync(OURS, migrations, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const addMigration = (name: string, sql: string): void => {
  mkdirSync(join(migrations, name));
  writeFileSync(join(migrations, name, 'migration.sql'), sql);
};

const tables = (): unknown[] => {
  const db = new Database(path);
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  db.close();
  return names;
};

test('a new database gets every table, and the second start changes nothing', () => {
  expect(migrate(path)).toEqual(readdirSync(OURS).toSorted());
  expect(tables()).toEqual(expect.arrayContaining(['Host', 'Event', 'AuditRow', 'User', 'Apikey']));
  expect(migrate(path)).toEqual([]);
});

test('the migrations lead to exactly the models that the code has', async () => {
  const last = readdirSync(OURS).toSorted().at(-1) ?? '';
  const snapshot = readFileSync(join(OURS, last, 'models.prisma'), 'utf8');
  const now = readFileSync(join(import.meta.dirname, '../prisma/models.prisma'), 'utf8');

  // When this fails: node packages/db/tools/new-migration.ts NAME
  expect(await diffSql(snapshot, now)).toBeNull();
});

test('a migration that fails leaves the database as it was', () => {
  migrate(path, migrations);
  addMigration('9002_half', 'CREATE TABLE Good (id TEXT); CREATE TABLE nonsense nonsense;');

  expect(() => migrate(path, migrations)).toThrow('syntax error');

  expect(tables()).not.toContain('Good');
});

test('a migration that was edited after it ran, and a database of a newer version, are not touched', () => {
  addMigration('9002_more', 'CREATE TABLE More (id TEXT);');
  migrate(path, migrations);

  writeFileSync(join(migrations, '9002_more', 'migration.sql'), 'CREATE TABLE Other (id TEXT);');
  expect(() => migrate(path, migrations)).toThrow('9002_more was changed after it was applied');
  expect(() => migrate(path, OURS)).toThrow('9002_more, which this version does not know');
});
