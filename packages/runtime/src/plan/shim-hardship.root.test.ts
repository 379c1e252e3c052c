import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openCgroups } from '@vitrine/cgroups';
import { connectShim, readExitRecord, type ShimClient } from '@vitrine/shim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostMounts, LaunchBench, processesOf } from './launch-fixture.ts';

const SIGKILL = 9;
const ROUNDS = 24;

let bench: LaunchBench;
beforeAll(() => {
  bench = new LaunchBench();
});
afterAll(async () => bench[Symbol.asyncDispose]());

/** Turns of the event loop: a measure of how far a launch has come that needs no clock. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}

test('a shim that is killed at any moment of a launch leaves neither a process nor a mount', async () => {
  const mounts = hostMounts(bench);
  const seconds = `${process.pid}31415`;
  const reached = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const launched = bench.launch({ args: ['sleep', seconds] });
    await turns(round * round);
    process.kill(launched.shim.pid, 'SIGKILL');
    await launched.shim.ended;
    // Death by the parent is quick, but it is the kernel's to time.
    while (processesOf(launched, seconds).length > 0) await setImmediate();
    reached.add(launched.trace().steps.filter(({ startedNs }) => startedNs !== null).length);
    expect(await readExitRecord(launched.containerDirectory)).toBeUndefined();
  }
  // Some before the clone, some after exec, or the rounds were not spread over a launch.
  expect(reached.size).toBeGreaterThan(3);
  expect(hostMounts(bench)).toEqual(mounts);
});

/** An agent that is killed in the very moment in which it has started a shim. */
const hastyAgent = (places: { directory: string; runDirectory: string }): string => `
  import { writeSync } from 'node:fs';
  import { LaunchBench } from ${JSON.stringify(fileURLToPath(new URL('launch-fixture.ts', import.meta.url)))};
  const bench = new LaunchBench(${JSON.stringify(places)});
  const { taskDirectory } = bench.launch({ args: ['sleep', '1000'] });
  writeSync(1, taskDirectory);
  process.kill(process.pid, 'SIGKILL');
`;

test('an agent that is killed while it launches leaves a container that runs and can be found', async () => {
  const places = { directory: join(bench.directory, 'hasty'), runDirectory: join(bench.runDirectory, 'hasty') };
  const script = ['--input-type=module', '-e', hastyAgent(places)];
  const agent = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(agent, 'exit');
  const [taskDirectory] = (await once(agent.stdout, 'data')) as [Buffer];
  expect(await ended).toEqual([null, 'SIGKILL']);

  const client = await found(taskDirectory.toString());
  const launched = once(client, 'launched');
  const { phase } = await client.state();
  if (phase !== 'running') await launched;
  expect(await client.state()).toMatchObject({ phase: 'running' });
  const exited = once(client, 'exited');
  await client.kill(SIGKILL);
  expect((await exited)[0]).toMatchObject({ signal: SIGKILL, killRequested: SIGKILL });
});

/** The first thing that a shim does is to listen. */
async function found(taskDirectory: string): Promise<ShimClient> {
  for (;;) {
    const client = await connectShim(taskDirectory);
    if (client !== undefined) return client;
    await setImmediate();
  }
}

test('a full disk costs log lines, never the container, and its exit is told all the same', async () => {
  const small = bench.prepare({ args: ['sh', '-c', 'seq 1 9999; exit 5'] });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small.containerDirectory]);
  try {
    const launched = small.launch();
    writeFileSync(join(launched.containerDirectory, 'filler'), Buffer.alloc(8192));
    const record = await launched.exited;
    await launched.closed;
    expect(record).toMatchObject({ code: 5 });
    expect(record.logDroppedBytes).toBeGreaterThan(0);
    expect(await readExitRecord(launched.containerDirectory, launched.taskDirectory)).toEqual(record);
    await launched.shim.ended;
  } finally {
    execFileSync('umount', [small.containerDirectory]);
  }
});

test('its own cgroup is seen inside as the root of all, with its limits, and only read', async () => {
  const parent = `vitrine-test-hierarchies-${process.pid}`;
  using cgroups = openCgroups({ parent });
  const id = 'second';
  cgroups.create(id);
  try {
    const attachment = cgroups.attachment(id);
    cgroups.applyLimits(id, { memoryBytes: 64 << 20, pids: 20 });
    const v1 = attachment.kind === 'write-tasks';
    const cgroup = v1
      ? { version: 'v1' as const, tasksFiles: attachment.files, hierarchies: ['memory', 'pids'] }
      : { version: 'v2' as const, directory: attachment.directory };
    const options = ['ro', 'nosuid', 'nodev', 'noexec'];
    const mount = { destination: '/sys/fs/cgroup', type: v1 ? 'cgroup' : 'cgroup2', source: 'cgroup', options };
    const files = v1 ? 'memory/memory.limit_in_bytes pids/pids.max' : 'memory.max pids.max';
    const script = `cd /sys/fs/cgroup; cat ${files}; (mkdir inner 2>/dev/null || mkdir pids/inner 2>/dev/null || echo refused)`;
    const mounts = [...bench.filesystems, mount];
    const seen = await bench.output({ args: ['sh', '-c', script], config: { mounts }, input: { cgroup } });
    expect(seen.split('\n')).toEqual([`${64 << 20}`, '20', 'refused']);
  } finally {
    await cgroups.kill(id);
    await cgroups.remove(id);
    cgroups.removeParent();
  }
});

test('a file of the host is bound where nothing was, read-only, and the host does not see the mount', async () => {
  const file = join(bench.directory, 'hosts');
  writeFileSync(file, '10.0.0.1 neighbour\n');
  const mounts = [
    ...bench.filesystems,
    { destination: '/etc/deep/hosts', type: 'bind', source: file, options: ['bind', 'ro', 'nosuid'] },
  ];
  const script = 'cat /etc/deep/hosts; (echo x 2>/dev/null >> /etc/deep/hosts || echo refused)';
  const seen = await bench.output({ args: ['sh', '-c', `${script} 2>/dev/null`], config: { mounts } });
  expect(seen).toBe('10.0.0.1 neighbour\nrefused');
});

test('fifty containers start side by side, and all end as they were told', async () => {
  const all = Array.from({ length: 50 }, (_, index) => bench.launch({ args: ['sh', '-c', `exit ${index}`] }));
  const records = await Promise.all(all.map(({ exited }) => exited));
  expect(records.map(({ code }) => code)).toEqual(all.map((_, index) => index));
  await Promise.all(all.map(({ shim }) => shim.ended));
});

test('a container that writes for ever can still be asked and killed, and its log keeps its size', async () => {
  const log = { maxBytes: 65_536, maxFiles: 2 };
  const launched = bench.launch({ args: ['sh', '-c', 'while :; do seq 1 1000; done'], input: { log } });
  await launched.shim.launched;
  for (let round = 0; round < 20; round += 1) {
    expect(await launched.shim.client.state()).toMatchObject({ phase: 'running', logDroppedBytes: 0 });
  }
  await launched.shim.client.kill(SIGKILL);
  expect(await launched.exited).toMatchObject({ signal: SIGKILL });
  await launched.shim.ended;
  expect(readdirSync(launched.containerDirectory).filter((name) => name.startsWith('log')).length).toBeLessThanOrEqual(
    2,
  );
});
