import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openShellTimer } from './shell-timer.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a command is timed from its start to its end', async () => {
  using shell = await openShellTimer(join(dir, 'errors'));

  const nothing = await shell.time('true');
  const nap = await shell.time('sleep 0.05');

  expect(nothing).toBeGreaterThanOrEqual(0);
  expect(nap).toBeGreaterThanOrEqual(50);
});

test('a command that fails is an error, and what it said is kept', async () => {
  using shell = await openShellTimer(join(dir, 'errors'));

  await expect(shell.time('echo why >&2; false')).rejects.toThrow('ended with 1');
  expect(await readFile(join(dir, 'errors'), 'utf8')).toBe('why\n');
});
