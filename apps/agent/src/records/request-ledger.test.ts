import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashRequest, RequestLedger } from './request-ledger.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vitrine-requests-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const open = () => RequestLedger.open(path.join(directory, 'requests.json'));
const request = { key: 'key-00001', hash: hashRequest({ image: 'starter' }) };

test('the same request at the same moment is done once and answered twice', async () => {
  const ledger = await open();
  const made: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const make = {
    work: () => {
      made.push('one');
      return promise;
    },
    exists: () => true,
    answer: () => 'again',
  };
  const both = [ledger.once(request, 'a', make), ledger.once(request, 'b', make)];
  resolve('first');

  expect(await Promise.all(both)).toEqual(['first', 'first']);
  expect(made).toEqual(['one']);
  expect(await ledger.once(request, 'c', make)).toBe('again');
});

test('a key that comes back with another request is a conflict', async () => {
  const ledger = await open();
  const make = { work: () => Promise.resolve('x'), exists: () => true, answer: () => 'x' };
  await ledger.once(request, 'a', make);

  const other = { ...request, hash: hashRequest({ image: 'other' }) };
  await expect(ledger.once(other, 'b', make)).rejects.toMatchObject({ code: 'conflict', field: 'idempotencyKey' });
});

test('a request that made nothing may be sent again', async () => {
  const ledger = await open();
  const fails = { work: () => Promise.reject(new Error('no image')), exists: () => false, answer: () => 'x' };
  await expect(ledger.once(request, 'a', fails)).rejects.toThrow('no image');

  expect(await ledger.once(request, 'b', { ...fails, work: () => Promise.resolve('made') })).toBe('made');
});

test('a late copy of a request does not bring a deleted container back, also after a restart', async () => {
  const ledger = await open();
  const make = { work: () => Promise.resolve('made'), exists: () => true, answer: () => 'made' };
  await ledger.once(request, 'a'.repeat(64), make);
  await ledger.forget(request, 'a'.repeat(64));

  const restarted = await open();
  await expect(restarted.once(request, 'b', make)).rejects.toMatchObject({ code: 'conflict' });
});

test('the order of fields makes no difference to what a request is', () => {
  expect(hashRequest({ a: 1, b: { c: [1], d: 2 } })).toBe(hashRequest({ b: { d: 2, c: [1] }, a: 1 }));
  expect(hashRequest({ a: 1 })).not.toBe(hashRequest({ a: 2 }));
});
