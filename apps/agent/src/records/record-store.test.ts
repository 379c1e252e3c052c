import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ContainerSpec, type ContainerId } from '@vitrine/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContainerRecord } from './container-record.ts';
import { RecordStore } from './record-store.ts';

const ID = 'ab'.repeat(32) as ContainerId;
const record: ContainerRecord = {
  version: 1,
  id: ID,
  name: 'web',
  spec: ContainerSpec.parse({ image: 'starter' }),
  command: ['/bin/sh'],
  imageId: 'sha256:0',
  ociConfig: {},
  createdBy: { kind: 'local', uid: 0 },
  createdAtMs: 1,
  request: null,
  status: 'creating',
  bootId: 'boot',
  pid: null,
  shimPid: null,
  startedAtMs: null,
  startedBy: null,
  launchNs: null,
  stopRequest: null,
  stoppedAtMs: null,
  exit: null,
  oomKills: 0,
  oomKillsTold: 0,
  uidRangeStart: null,
  cgroup: null,
  journalSeq: 0,
};

let directory: string;
let store: RecordStore;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vitrine-records-'));
  store = new RecordStore(directory);
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('a record is read as it was written last, and leaves no temporary files', async () => {
  store.create(record);
  await store.settle(ID);
  await store.write({ ...record, status: 'running', pid: 42 });

  expect(await store.readAll()).toEqual({
    records: [{ ...record, status: 'running', pid: 42 }],
    broken: [],
    leftovers: [],
  });
  expect(await readdir(store.directoryOf(ID))).toEqual(['record.json']);
});

test('a record torn by a power cut, or none, is what a half-made container left', async () => {
  store.create(record);
  await writeFile(store.fileOf(ID, 'record.json'), '{"version":1,"id":"ab');
  const other = 'cd'.repeat(32);
  await mkdir(store.directoryOf(other));

  expect((await store.readAll()).leftovers.toSorted((a, b) => a.localeCompare(b))).toEqual([ID, other]);
});

test('a record of a later version is not touched', async () => {
  store.create(record);
  await writeFile(store.fileOf(ID, 'record.json'), JSON.stringify({ ...record, version: 2 }));

  const { records, broken, leftovers } = await store.readAll();
  expect({ records, leftovers, broken: broken.map(({ id }) => id) }).toEqual({
    records: [],
    leftovers: [],
    broken: [ID],
  });
});

test('what is removed is gone, and removing it again is no error', async () => {
  store.create(record);
  await store.remove(ID);
  await store.remove(ID);

  expect(await readdir(directory)).toEqual([]);
});
