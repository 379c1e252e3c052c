import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal, type NewHostEvent } from './journal.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vitrine-journal-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const stopped = (atMs: number): NewHostEvent => ({ type: 'agent.stopped', atMs, actor: { kind: 'agent' } });
const seqsOf = async (journal: Journal, after = 0) => (await journal.read(after)).map(({ seq }) => seq);

test('events keep their numbers and order over restarts', async () => {
  const first = await Journal.open({ directory });
  await first.append(stopped(1), stopped(2));
  await first.close();

  const second = await Journal.open({ directory });
  const [event] = await second.append(stopped(3));

  expect(event?.seq).toBe(3);
  expect(await seqsOf(second)).toEqual([1, 2, 3]);
  await second.close();
});

test('a last line torn by a power cut is cut off and its number given again', async () => {
  const first = await Journal.open({ directory });
  await first.append(stopped(1));
  await first.close();
  const [name = ''] = await readdir(directory);
  await appendFile(path.join(directory, name), '{"type":"agent.stop');

  const second = await Journal.open({ directory });
  await second.append(stopped(2));
  await second.close();

  const third = await Journal.open({ directory });
  expect((await third.read(0)).map(({ seq, atMs }) => [seq, atMs])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  await third.close();
});

test('a torn block of zeros after the last event does not become an event', async () => {
  const first = await Journal.open({ directory });
  await first.append(stopped(1));
  await first.close();
  const [name = ''] = await readdir(directory);
  await appendFile(path.join(directory, name), Buffer.alloc(512));

  const second = await Journal.open({ directory });
  expect(second.lastSeq).toBe(1);
  await second.close();
});

test('many appends at once get numbers without gaps, each once', async () => {
  const journal = await Journal.open({ directory });
  const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => journal.append(stopped(index))));

  const seqs = answers.flat().map(({ seq }) => seq);
  expect(seqs).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  await journal.close();
});

test('the oldest segments are dropped and a reader is told where the journal begins now', async () => {
  const journal = await Journal.open({ directory, segmentBytes: 300, segments: 3 });
  for (let index = 0; index < 40; index += 1) await journal.append(stopped(index));

  expect((await readdir(directory)).length).toBe(3);
  expect(journal.firstSeq).toBeGreaterThan(1);
  const updates = journal.follow(0);
  const first = await updates.next();
  expect(first.value).toMatchObject({ firstSeq: journal.firstSeq });
  await updates.return(undefined);
  await journal.close();

  const again = await Journal.open({ directory, segmentBytes: 300, segments: 3 });
  expect(again.lastSeq).toBe(40);
  expect((await seqsOf(again, 39))[0]).toBe(40);
  await again.close();
});

test('a reader gets what was missed, then what happens, without a gap between', async () => {
  const journal = await Journal.open({ directory });
  await journal.append(stopped(1), stopped(2), stopped(3));
  const updates = journal.follow(1);
  const missed = await updates.next();
  const live = updates.next();
  await journal.append(stopped(4));

  expect(missed.value?.events.map(({ seq }) => seq)).toEqual([2, 3]);
  expect((await live).value?.events.map(({ seq }) => seq)).toEqual([4]);
  await journal.close();
  expect((await updates.next()).done).toBe(true);
});

test('a reader that was asleep for longer than memory remembers reads on from the disk', async () => {
  const journal = await Journal.open({ directory });
  const updates = journal.follow(0);
  await updates.next();
  const batch = Array.from({ length: 100 }, (_, index) => stopped(index));
  for (let round = 0; round < 40; round += 1) await journal.append(...batch);

  const seen: number[] = [];
  while (seen.length < 4000) {
    const next = await updates.next();
    if (next.done === true) break;
    seen.push(...next.value.events.map(({ seq }) => seq));
  }
  expect(seen).toEqual(Array.from({ length: 4000 }, (_, index) => index + 1));
  await journal.close();
});

test('a reader that goes away while nothing happens is let go', async () => {
  const journal = await Journal.open({ directory });
  const gone = new AbortController();
  const updates = journal.follow(0, gone.signal);
  await updates.next();
  const waiting = updates.next();
  gone.abort();

  expect((await waiting).done).toBe(true);
  await journal.close();
});

test('files that are not segments are left alone', async () => {
  await writeFile(path.join(directory, 'README'), 'hands off');
  const journal = await Journal.open({ directory });
  await journal.append(stopped(1));
  expect(await readdir(directory)).toContain('README');
  await journal.close();
});
