/** `node tools/new-migration.ts NAME`: writes migrations/sqlite/NNNN_NAME from the last migration's models to today's. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffSql } from './schema-engine.ts';

const name = process.argv[2] ?? 'change';
const room = join(import.meta.dirname, '..');
const folder = join(room, 'migrations', 'sqlite');
mkdirSync(folder, { recursive: true });
const existing = readdirSync(folder).toSorted();
const last = existing.at(-1);
const now = readFileSync(join(room, 'prisma/models.prisma'), 'utf8');
const before = last === undefined ? null : readFileSync(join(folder, last, 'models.prisma'), 'utf8');
const sql = await diffSql(before, now);
if (sql === null) {
  console.log('The models are as the last migration left them.');
} else {
  const target = join(folder, `${String(existing.length + 1).padStart(4, '0')}_${name}`);
  mkdirSync(target);
  writeFileSync(join(target, 'migration.sql'), sql);
  writeFileSync(join(target, 'models.prisma'), now);
  console.log(`Wrote ${target}`);
}
