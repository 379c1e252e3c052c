import { execFileSync } from 'node:child_process';
import { statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentRig } from '../rig/agent-rig.ts';
import { withoutTraces } from '../rig/without-traces.ts';

let directory: string;
let disk: string;
let rig: AgentRig;

/** A small disk of its own, with nothing kept back for root. */
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vitrine-disk-'));
  disk = path.join(directory, 'disk');
  const image = path.join(directory, 'disk.img');
  writeFileSync(image, '');
  truncateSync(image, 48 * 1024 * 1024);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
  await mkdir(disk);
  execFileSync('mount', ['-o', 'loop', image, disk]);
  rig = await AgentRig.open({ stateRoot: disk });
});
afterEach(async () => {
  try {
    await rig[Symbol.asyncDispose]();
  } finally {
    execFileSync('umount', [disk]);
    await rm(directory, { recursive: true, force: true });
  }
});

function fill(): string {
  const ballast = path.join(disk, 'ballast');
  for (const block of [1024 * 1024, 4096, 1]) {
    for (;;) {
      try {
        writeFileSync(ballast, Buffer.alloc(block), { flag: 'a' });
      } catch {
        break;
      }
    }
  }
  return ballast;
}

test('a create on a full disk is refused in words and leaves nothing; with space again it is made', async () => {
  const ballast = fill();
  expect(statfsSync(disk).bavail).toBe(0);
  await withoutTraces(rig, async () => {
    await expect(rig.shell('sleep 600', { name: 'full' })).rejects.toMatchObject({ code: 'out-of-space' });
  });
  expect(await rig.client.call('containers.list', {})).toEqual([]);
  await rm(ballast);

  expect(await rig.shell('sleep 600', { name: 'full' })).toMatchObject({ status: 'running' });
});

test('an end on a full disk is not lost: it is told as soon as there is space', async () => {
  const container = await rig.create({ name: 'ends', command: ['/bin/sleep', '600'] });
  const ballast = fill();
  process.kill(container.pid ?? 0, 'SIGKILL');
  const told = rig.exited(container.id);
  while (!rig.errors.includes('the disk is full')) await sleep(10);
  expect(await rig.client.call('containers.get', { id: container.id })).toMatchObject({ status: 'running' });
  await rm(ballast);

  expect((await told).exit).toMatchObject({ kind: 'signaled', signal: 'SIGKILL' });
});
