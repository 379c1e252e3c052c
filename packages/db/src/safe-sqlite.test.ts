import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openScratchDb } from '../tools/scratch-db.ts';

const row = (id: string) => ({ id, tokenHash: id, createdBy: 'test', createdAtMs: 0, expiresAtMs: 1 });

test('what is written beside a transaction is kept when that transaction is rolled back', async () => {
  await using db = openScratchDb();
  const inside = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const rolledBack = db.prisma.$transaction(async (tx) => {
    await tx.joinToken.create({ data: row('inside') });
    inside.resolve();
    await go.promise;
    throw new Error('changed my mind');
  });
  await inside.promise;

  const outside = db.prisma.joinToken.create({ data: row('outside') });
  go.resolve();

  await expect(rolledBack).rejects.toThrow('changed my mind');
  await outside;
  expect((await db.stores.joinTokens.list()).map(({ id }) => id)).toEqual(['outside']);
});

test('many transactions that read and then write lose nothing to each other', async () => {
  await using db = openScratchDb();
  await db.prisma.rateLimit.create({ data: { id: 'n', key: 'n', count: 0, lastRequest: 0 } });

  const add = () =>
    db.prisma.$transaction(async (tx) => {
      const { count } = await tx.rateLimit.findUniqueOrThrow({ where: { id: 'n' } });
      await tx.rateLimit.update({ where: { id: 'n' }, data: { count: count + 1 } });
    });
  await Promise.all(Array.from({ length: 40 }, add));

  expect(await db.prisma.rateLimit.findUnique({ where: { id: 'n' } })).toMatchObject({ count: 40 });
});

test('a transaction that fails leaves the next one whole', async () => {
  await using db = openScratchDb();
  await db.prisma.joinToken.create({ data: row('one') });

  await expect(
    db.prisma.$transaction([
      db.prisma.joinToken.create({ data: row('two') }),
      db.prisma.joinToken.create({ data: row('one') }),
    ]),
  ).rejects.toMatchObject({ code: 'P2002' });
  await db.prisma.$transaction([db.prisma.joinToken.create({ data: row('three') })]);

  expect((await db.stores.joinTokens.list()).map(({ id }) => id).toSorted()).toEqual(['one', 'three']);
});

test('a lock held by another process is waited for, and a write after it is kept', async () => {
  await using db = openScratchDb();
  const script = `
    const db = new (require('better-sqlite3'))(${JSON.stringify(db.path)});
    db.exec('BEGIN IMMEDIATE');
    db.exec("INSERT INTO JoinToken VALUES ('other','other','x',0,1,null,null)");
    db.exec('COMMIT');`;

  execFileSync(process.execPath, ['-e', script], { cwd: import.meta.dirname });
  await db.prisma.joinToken.create({ data: row('ours') });

  expect(await db.stores.joinTokens.list()).toHaveLength(2);
});
