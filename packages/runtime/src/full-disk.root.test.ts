import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listLeavings, openTestHost, type TestHost } from './test-host.ts';

/** A disk of its own, small enough to fill: ext4 in a file. */
const directory = mkdtempSync(join(tmpdir(), 'vitrine-full-'));
const disk = join(directory, 'disk');
let host: TestHost;

beforeAll(async () => {
  const image = join(directory, 'image');
  execFileSync('truncate', ['-s', '16M', image]);
  execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', '-N', '512', image]);
  mkdirSync(disk);
  execFileSync('mount', ['-o', 'loop', image, disk]);
  host = await openTestHost({ stateDir: join(disk, 'state') });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  execFileSync('umount', [disk]);
  rmSync(directory, { recursive: true, force: true });
});

test('a full disk is told as that when a container is made, and nothing is left behind', async () => {
  const resolved = host.resolve({ command: ['/bin/true'] });
  const before = listLeavings(host);
  const ballast = join(disk, 'ballast');
  mkdirSync(ballast);
  // All inodes, so that not even an empty directory can be made.
  for (let free = statfsSync(disk).ffree; free > 0; free -= 1) writeFileSync(join(ballast, `${free}`), '');

  await expect(host.runtime.launch(resolved, { startAtOnce: true })).rejects.toMatchObject({
    code: 'out-of-space',
    mend: expect.stringContaining('Free space') as string,
  });
  expect(listLeavings(host)).toEqual(before);

  rmSync(ballast, { recursive: true });
  const task = await host.runtime.launch(resolved, { startAtOnce: true });
  expect(await task.exited).toMatchObject({ code: 0 });
  await host.runtime.cleanUp(task.id, { keepWritableLayer: false });
});

test('a disk that fills while a container runs does not hide how it ended', async () => {
  const task = await host.run({ command: ['/bin/sh', '-c', 'cat /dev/zero >/fill 2>/dev/null; exit 9'] });
  expect(await task.exited).toMatchObject({ code: 9 });
  expect(await host.runtime.recover(task.id)).toMatchObject({ kind: 'exited', exit: { code: 9 } });
  await host.runtime.cleanUp(task.id, { keepWritableLayer: false });
  expect(statfsSync(disk).bavail).toBeGreaterThan(0);
});
