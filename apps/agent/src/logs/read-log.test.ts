import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLog } from './follow-log.ts';
import { readLog } from './read-log.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vitrine-log-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const file = (name: string) => path.join(directory, name);
const line = (text: string, tag = 'F') => `2026-11-23T14:00:00.123456789Z stdout ${tag} ${text}\n`;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(`line ${from + index}`)).join('');
const texts = ({ lines: found }: { lines: { text: string }[] }) => found.map(({ text }) => text);
/** What the shim does when the log is full. */
async function rotate(): Promise<void> {
  for (let number = 20; number > 0; number -= 1) {
    await rename(file(`log.${number}`), file(`log.${number + 1}`)).catch(() => undefined);
  }
  await rename(file('log'), file('log.1'));
}

test('a line keeps its time, its stream and whether it goes on', async () => {
  await writeFile(file('log'), `2026-11-23T14:00:00.123456789Z stderr P half\n${line('', 'F')}`);

  expect((await readLog(directory, { tail: 10 })).lines).toEqual([
    { atMs: Date.parse('2026-11-23T14:00:00.123Z'), stream: 'stderr', text: 'half', partial: true },
    { atMs: Date.parse('2026-11-23T14:00:00.123Z'), stream: 'stdout', text: '', partial: false },
  ]);
});

test('the last lines are found over rotated files, and what comes after them by the cursor', async () => {
  await writeFile(file('log'), lines(1, 3000));
  await rotate();
  await writeFile(file('log'), lines(3001, 3002));

  const page = await readLog(directory, { tail: 4 });
  expect(texts(page)).toEqual(['line 2999', 'line 3000', 'line 3001', 'line 3002']);

  await appendFile(file('log'), lines(3003, 3003));
  await rotate();
  await writeFile(file('log'), lines(3004, 3004));
  expect(texts(await readLog(directory, { cursor: page.cursor }))).toEqual(['line 3003', 'line 3004']);
});

test('a line that is still being written is not shown in halves', async () => {
  const whole = line('slow');
  await writeFile(file('log'), line('first') + whole.slice(0, 40));
  const page = await readLog(directory, { tail: 10 });
  await appendFile(file('log'), whole.slice(40));

  expect(texts(page)).toEqual(['first']);
  expect(texts(await readLog(directory, { cursor: page.cursor }))).toEqual(['slow']);
});

test('an empty log and no log at all have no lines, and a cursor to go on from', async () => {
  const none = await readLog(directory, { tail: 10 });
  await writeFile(file('log'), lines(1, 1));

  expect(none.lines).toEqual([]);
  expect(texts(await readLog(directory, { cursor: none.cursor }))).toEqual(['line 1']);
  expect(texts(await readLog(directory, { tail: 0 }))).toEqual([]);
});

test('a cursor into a file that is gone goes on with the oldest that is left', async () => {
  await writeFile(file('log'), lines(1, 2));
  const page = await readLog(directory, { tail: 10 });
  await rm(file('log'));
  await writeFile(file('log'), lines(7, 8));

  expect(texts(await readLog(directory, { cursor: page.cursor }))).toEqual(['line 7', 'line 8']);
});

test('a cursor that nobody gave out is refused', async () => {
  await expect(readLog(directory, { cursor: '../../etc/passwd' })).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'cursor',
  });
});

test('a follower sees every line once, in order, through any number of rotations', async () => {
  await writeFile(file('log'), lines(1, 5));
  let over = false;
  const pages = followLog({
    directory,
    from: { tail: 2 },
    ended: () => over,
    signal: new AbortController().signal,
  });
  const first = await pages.next();
  const seen = first.done === true ? [] : texts(first.value);
  const reader = (async () => {
    for await (const page of pages) seen.push(...texts(page));
  })();
  for (let number = 6; number < 500; number += 10) {
    await appendFile(file('log'), lines(number, number + 9));
    if (number % 50 === 6) {
      await rotate();
      await writeFile(file('log'), '');
    }
  }
  over = true;
  await reader;

  expect(seen).toEqual(Array.from({ length: 502 }, (_, index) => `line ${index + 4}`));
});

test('a follower that is let go ends', async () => {
  await writeFile(file('log'), lines(1, 1));
  const gone = new AbortController();
  const pages = followLog({ directory, from: { tail: 1 }, ended: () => false, signal: gone.signal });
  await pages.next();
  const waiting = pages.next();
  gone.abort();

  expect((await waiting).done).toBe(true);
});
