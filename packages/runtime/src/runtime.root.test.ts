import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mebibytes, type ContainerSpecInput } from '@vitrine/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LaunchError } from './launch-error.ts';
import { planLaunch } from './plan-launch.ts';
import { createRuntime } from './runtime.ts';
import { listLeavings, newId, openTestHost, type TestHost } from './test-host.ts';

const SIGTERM = 15;
const SIGKILL = 9;
const discard = { keepWritableLayer: false };

let host: TestHost;
beforeAll(async () => {
  host = await openTestHost();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

const shell = (script: string): Partial<ContainerSpecInput> => ({ command: ['/bin/sh', '-c', script] });

/** Asks again each time the event loop comes round: for what the container tells nobody but its log or the kernel. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('a program runs as PID 1, and its exit code and words are kept', async () => {
  const task = await host.run(shell('echo "I am $$"; echo oops >&2; exit 7'));
  expect(await task.exited).toMatchObject({ pid: task.pid, code: 7, signal: null, killRequested: null });
  expect(host.log(task.id).split('\n').toSorted()).toEqual(['I am 1', 'oops']);
  await host.runtime.cleanUp(task.id, discard);
});

test('what a container leaves on the host is nothing', async () => {
  const before = listLeavings(host);
  const tasks = await Promise.all([host.run({}), host.run(shell('mkdir /new; echo x >/new/file; exec sleep 1000'))]);
  expect(listLeavings(host).networkNamespaces).toHaveLength(before.networkNamespaces.length + 2);
  for (const task of tasks) {
    await task.kill(SIGKILL);
    await task.exited;
    await host.runtime.cleanUp(task.id, discard);
  }
  expect(listLeavings(host)).toEqual(before);
});

test('root inside is a stranger outside, and two containers are strangers to each other', async () => {
  const [one, two] = await Promise.all([host.run(shell('exec sleep 1000')), host.run(shell('exec sleep 1000'))]);
  const uidOf = (pid: number): number => statSync(`/proc/${pid}`).uid;
  expect(uidOf(one.pid)).toBeGreaterThanOrEqual(0x20000000);
  expect(uidOf(two.pid)).not.toBe(uidOf(one.pid));
  const namespaces = ['pid', 'net', 'mnt', 'uts', 'ipc', 'user', 'cgroup'];
  const inodes = (pid: number | 'self') => namespaces.map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
  expect(new Set([...inodes('self'), ...inodes(one.pid), ...inodes(two.pid)]).size).toBe(3 * namespaces.length);
  for (const task of [one, two]) {
    await task.kill(SIGKILL);
    await task.exited;
    await host.runtime.cleanUp(task.id, discard);
  }
});

test('inside, a container sees itself as root of a small system of its own', async () => {
  const script =
    'id -u; hostname; pwd; ls /proc | grep -c "^[0-9]"; stat -c %u /bin/busybox /; ls -d /dev/null /dev/pts /dev/shm';
  const said = await host.output({ ...shell(script), hostname: 'glass', workingDir: '/tmp' });
  // sh, ls and grep.
  expect(said.split('\n')).toEqual(['0', 'glass', '/tmp', '3', '0', '0', '/dev/null', '/dev/pts', '/dev/shm']);
});

test('what the container writes is gone with it, and the image is untouched', async () => {
  const said = await host.output(
    shell('cat /etc/hostname; echo changed >/etc/hostname; rm /etc/passwd; cat /etc/hostname'),
  );
  expect(said).toBe('localhost\nchanged');
  expect(await host.output(shell('cat /etc/hostname; ls /etc/passwd'))).toBe('localhost\n/etc/passwd');
});

test('a writable layer that shall be kept holds what was written, as its owner inside', async () => {
  const task = await host.run(shell('echo kept >/root/note'));
  await task.exited;
  await host.runtime.cleanUp(task.id, { keepWritableLayer: true });
  const note = join(host.stateDir, 'snapshots', task.id, 'upper/root/note');
  expect(readFileSync(note, 'utf8')).toBe('kept\n');
  expect(statSync(note).uid).toBeGreaterThanOrEqual(0x20000000);
  // Its range stays taken, also for an agent that starts anew.
  const spec = { ...host.resolve({}).spec };
  const next = host.restart().resolve(newId(), spec);
  expect(next.uidRangeStart).not.toBe(statSync(note).uid);
  await host.runtime.cleanUp(task.id, discard);
  expect(existsSync(note)).toBe(false);
});

test('a created container waits, has its PID, and runs when it is started', async () => {
  const resolved = host.resolve(shell('echo ran'));
  const task = await host.runtime.launch(resolved, { startAtOnce: false });
  expect(statSync(`/proc/${task.pid}`).isDirectory()).toBe(true);
  expect(await task.startedAtMs()).toBeNull();
  await task.start();
  expect(await task.exited).toMatchObject({ code: 0 });
  expect(host.log(task.id)).toBe('ran');
  await host.runtime.cleanUp(task.id, discard);
});

test('a created container that is killed before its start never ran', async () => {
  const task = await host.runtime.launch(host.resolve(shell('echo ran')), { startAtOnce: false });
  await task.kill(SIGKILL);
  expect(await task.exited).toMatchObject({ signal: SIGKILL, startedAtMs: null, killRequested: SIGKILL });
  await host.runtime.cleanUp(task.id, discard);
});

test('a stop asked for is told apart from a kill that nobody asked for', async () => {
  const asked = await host.run({});
  // Its first words come after it set its trap.
  await until(() => host.log(asked.id).includes('hello'));
  await asked.kill(SIGTERM);
  expect(await asked.exited).toMatchObject({ code: 0, signal: null, killRequested: SIGTERM });

  const victim = await host.run(shell('exec sleep 1000'));
  process.kill(victim.pid, 'SIGKILL');
  expect(await victim.exited).toMatchObject({ code: null, signal: SIGKILL, killRequested: null });
  for (const { id } of [asked, victim]) await host.runtime.cleanUp(id, discard);
});

test('a shim that is killed takes its container with it, and the end is told as unknown', async () => {
  const before = listLeavings(host);
  const task = await host.run(shell('sleep 1000 & exec sleep 1000'));
  process.kill(task.shimPid, 'SIGKILL');
  expect(await task.exited).toBeNull();
  await until(() => host.options.cgroups.processes(task.id).length === 0);
  expect(await host.runtime.recover(task.id)).toEqual({ kind: 'gone' });
  await host.runtime.cleanUp(task.id, discard);
  expect(listLeavings(host)).toEqual(before);
});

test('an agent that starts anew finds the running, and the true exit of those that ended meanwhile', async () => {
  const onSignal = "trap 'exit 42' USR1; echo ready; while :; do sleep 1000 & wait $!; done";
  const [lives, ends] = await Promise.all([host.run(shell('exec sleep 1000')), host.run(shell(onSignal))]);
  await until(() => host.log(ends.id) === 'ready');
  lives.close();
  ends.close();
  process.kill(ends.pid, 'SIGUSR1');

  const anew = host.restart();
  const recovered = await anew.recover(lives.id);
  expect(recovered).toMatchObject({ kind: 'running', task: { pid: lives.pid, shimPid: lives.shimPid } });
  const ended = await anew.recover(ends.id);
  const exit = ended.kind === 'running' ? await ended.task.exited : ended.kind === 'exited' ? ended.exit : null;
  expect(exit).toMatchObject({ code: 42, killRequested: null });
  expect(await anew.recover(ends.id)).toMatchObject({ kind: 'exited', exit: { code: 42 } });
  expect(await anew.recover(newId())).toEqual({ kind: 'gone' });
  expect(anew.leftovers().find(({ id }) => id === lives.id)).toEqual({
    id: lives.id,
    cgroup: true,
    task: true,
    snapshot: true,
  });
  if (recovered.kind !== 'running') throw new Error('It runs.');
  await recovered.task.kill(SIGKILL);
  expect(await recovered.task.exited).toMatchObject({ signal: SIGKILL, killRequested: SIGKILL });
  for (const { id } of [lives, ends]) await anew.cleanUp(id, discard);
});

test('memory, process and CPU limits hold', async () => {
  const greedy = await host.run({ command: ['eat-memory'], limits: { memoryBytes: mebibytes(32), swapBytes: 0 } });
  expect(await greedy.exited).toMatchObject({ signal: SIGKILL, killRequested: null });
  expect(host.options.cgroups.events(greedy.id).oomKills).toBeGreaterThan(0);
  await host.runtime.cleanUp(greedy.id, discard);

  const bomb = await host.run({ command: ['fork-bomb'], limits: { pids: 16 } });
  await until(() => (host.options.cgroups.events(bomb.id).pidsRefused ?? 0) > 0);
  expect(host.options.cgroups.sample(bomb.id).pids).toBeLessThanOrEqual(16);
  await bomb.killAll();
  expect(await bomb.exited).toMatchObject({ signal: SIGKILL });
  await host.runtime.cleanUp(bomb.id, discard);
});

test('a program can read the limits it lives under', async () => {
  const script =
    'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; cat /proc/1/cgroup';
  const said = await host.output({ ...shell(script), limits: { memoryBytes: mebibytes(48) } });
  const [limit, ...cgroups] = said.split('\n');
  expect(limit).toBe(`${mebibytes(48)}`);
  expect(cgroups.filter((line) => line.includes(':memory:') || line.startsWith('0::'))[0]).toMatch(/:\/$/);
});

test.each<[string, Partial<ContainerSpecInput>, object]>([
  ['a program that is not there', { command: ['/bin/nope'] }, { code: 127, errno: 'ENOENT' }],
  ['a name that PATH does not have', { command: ['nope'] }, { code: 127, errno: 'ENOENT' }],
  ['a file that is no program', { command: ['/etc/passwd'] }, { code: 126, errno: 'EACCES' }],
  ['a working directory that is not there', { workingDir: '/nope' }, { code: 125, errno: 'ENOENT' }],
])('%s is told with step, call and mend, and nothing is left behind', async (_what, spec, exit) => {
  const before = listLeavings(host);
  const error: unknown = await host.run(spec).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LaunchError);
  expect(error).toMatchObject({ exit: { kind: 'launch-failed', ...exit } });
  expect(error instanceof LaunchError && error.trace?.steps.some(({ outcome }) => outcome === 'failed')).toBe(true);
  expect(error instanceof LaunchError ? error.toDomainError().field : null).toBe(
    spec.command === undefined ? 'workingDir' : 'command',
  );
  expect(listLeavings(host)).toEqual(before);
});

test.each<[string, Partial<ContainerSpecInput>]>([
  ['image', { image: 'unknown' }],
  ['user', { user: 'nobody-here' }],
  ['user', { user: '4294967296' }],
  ['capabilities.add', { capabilities: { add: ['CAP_FLY'] } }],
])('%s is named before anything is made', (field, spec) => {
  const before = listLeavings(host);
  expect(() => host.resolve(spec)).toThrow(expect.objectContaining({ field }));
  expect(listLeavings(host)).toEqual(before);
});

test('the smallest memory limit that may be asked for either is enough to start, or is named as the cause', async () => {
  const limits = { memoryBytes: 512 * 1024, swapBytes: 0 };
  const outcome = await host.run({ ...shell('exit 3'), limits }).then(
    async (task) => {
      const exit = await task.exited;
      await host.runtime.cleanUp(task.id, discard);
      return exit?.code ?? exit?.signal;
    },
    (error: unknown) => (error instanceof LaunchError ? error.field : error),
  );
  expect([3, SIGKILL, 'limits.memoryBytes']).toContain(outcome);
});

test('a limit that the kernel refuses is told with its field, and nothing is left behind', async () => {
  const before = listLeavings(host);
  // A partition: limits go to whole disks. A host without one has nothing to refuse.
  const io = [{ device: '7:4095', readBytesPerSec: 1 }];
  const resolved = { ...host.resolve({}), spec: { ...host.resolve({}).spec, limits: { io } } };
  await expect(host.runtime.launch(resolved, { startAtOnce: true })).rejects.toMatchObject({
    code: 'invalid-input',
    field: expect.stringContaining('limits.io') as string,
  });
  expect(listLeavings(host)).toEqual(before);
});

test('the same container cannot be made twice at once, and the first is not harmed', async () => {
  const resolved = host.resolve(shell('exec sleep 1000'));
  const first = await host.runtime.launch(resolved, { startAtOnce: true });
  await expect(host.runtime.launch(resolved, { startAtOnce: true })).rejects.toMatchObject({ code: 'conflict' });
  expect(statSync(`/proc/${first.pid}`).isDirectory()).toBe(true);
  await first.kill(SIGKILL);
  await first.exited;
  await host.runtime.cleanUp(first.id, discard);
});

/** A runtime whose shims are killed so long after they were started. */
function runtimeThatKillsShims(afterMs: number) {
  const { kernel } = host.options;
  const spawn: typeof kernel.spawn = (command) => {
    const child = kernel.spawn(command);
    const end = performance.now() + afterMs;
    while (performance.now() < end);
    kernel.pidfdSendSignal(child.pidfd, SIGKILL);
    return child;
  };
  return createRuntime({ ...host.options, kernel: { ...kernel, spawn } });
}

test('a shim that is killed before its first step is told as that, and nothing is left behind', async () => {
  const before = listLeavings(host);
  const runtime = runtimeThatKillsShims(0);
  const launching = runtime.launch(runtime.resolve(newId(), host.resolve({}).spec), { startAtOnce: true });
  await expect(launching).rejects.toMatchObject({ name: 'LaunchError', exit: { kind: 'launch-failed', code: 125 } });
  expect(listLeavings(host).tasks).toEqual(before.tasks);
  expect(listLeavings(host).cgroups).toEqual(before.cgroups);
});

test('at whatever moment a shim is killed, no process, cgroup, mount, namespace or file of it stays', async () => {
  const before = { ...listLeavings(host), descriptors: 0 };
  for (let afterMs = 0; afterMs < 8; afterMs += 0.5) {
    const runtime = runtimeThatKillsShims(afterMs);
    const id = newId();
    const launched = runtime.launch(runtime.resolve(id, host.resolve({}).spec), { startAtOnce: true });
    const exit = await launched.then(
      (task) => task.exited,
      (error: unknown) => (error instanceof LaunchError ? null : error),
    );
    expect(exit).toBeNull();
    await runtime.cleanUp(id, discard);
  }
  expect({ ...listLeavings(host), descriptors: 0 }).toEqual(before);
});

test('fifty containers start at once', async () => {
  const before = listLeavings(host);
  const tasks = await Promise.all(Array.from({ length: 50 }, () => host.run(shell('exec sleep 1000'))));
  expect(new Set(tasks.map(({ pid }) => pid)).size).toBe(50);
  await Promise.all(
    tasks.map(async (task) => {
      await task.kill(SIGKILL);
      await task.exited;
      await host.runtime.cleanUp(task.id, discard);
    }),
  );
  expect(listLeavings(host)).toEqual(before);
});

test('identity, capabilities, filter and limits inside are those that were asked for', async () => {
  const fields =
    'grep -E "^(Uid|Gid|Groups|CapEff|CapBnd|CapInh|NoNewPrivs|Seccomp):" /proc/self/status; ulimit -n; umask';
  const said = await host.output({
    ...shell(fields),
    user: 'guest',
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }],
    capabilities: { drop: ['CAP_ALL'], add: ['CAP_CHOWN'] },
  });
  expect(said.replaceAll(/\s+/g, ' ')).toBe(
    [
      'Uid: 1000 1000 1000 1000 Gid: 1000 1000 1000 1000 Groups: 100',
      'CapInh: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000001',
      'NoNewPrivs: 1 Seccomp: 2 100 0022',
    ].join(' '),
  );
});

test('the kernel is shown but not given: masked, read-only and filtered', async () => {
  const script = [
    'wc -c </proc/timer_list; ls /sys/firmware | wc -l',
    '(echo x >/proc/sys/kernel/hostname) 2>/dev/null || echo "read-only sys"',
    'mount -t tmpfs x /mnt 2>/dev/null || echo "no mount"; mkdir /sys/x 2>/dev/null || echo "read-only /sys"',
    'unshare -U true 2>/dev/null || echo "no new namespaces"',
    'ip link show lo | grep -c "UP"; ls /sys/class/net',
  ];
  expect((await host.output(shell(script.join('\n')))).split('\n')).toEqual([
    '0',
    '0',
    'read-only sys',
    'no mount',
    'read-only /sys',
    'no new namespaces',
    '1',
    'lo',
  ]);
});

test('a read-only root refuses every write but those to its own /dev and /tmp-like mounts', async () => {
  const script = 'touch /x 2>&1; touch /dev/shm/y && echo shm';
  expect(await host.output({ ...shell(script), readonlyRootfs: true })).toBe('touch: /x: Read-only file system\nshm');
});

test("with the host's users and network the container shares exactly those", async () => {
  const task = await host.run({ ...shell('exec sleep 1000'), userNamespace: 'host', network: 'host' });
  const shared = ['pid', 'net', 'mnt', 'uts', 'ipc', 'user', 'cgroup'].filter(
    (kind) => readlinkSync(`/proc/${task.pid}/ns/${kind}`) === readlinkSync(`/proc/self/ns/${kind}`),
  );
  expect(shared).toEqual(['net', 'user']);
  expect(statSync(`/proc/${task.pid}`).uid).toBe(0);
  await task.kill(SIGKILL);
  await task.exited;
  await host.runtime.cleanUp(task.id, discard);
});

test('the launch trace tells every step up to the exec', async () => {
  const task = await host.run(shell('exec sleep 1000'));
  const trace = await host.runtime.readTrace(task.id);
  expect(trace?.totalNs).toBeGreaterThan(0);
  expect(task.launchNs()).toBe(trace?.totalNs);
  expect(trace?.steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(trace?.steps.map(({ group }) => group)).toEqual(expect.arrayContaining(['namespaces', 'filesystem', 'exec']));
  await task.kill(SIGKILL);
  await task.exited;
  await host.runtime.cleanUp(task.id, discard);
});

test('a trace that another version of the shim wrote is refused in words', async () => {
  const task = await host.run(shell('exec sleep 1000'));
  writeFileSync(join(host.options.runDir, 'tasks', task.id, 'trace'), Buffer.alloc(256, 0xff));
  await expect(host.runtime.readTrace(task.id)).rejects.toMatchObject({ name: 'DomainError', code: 'unsupported' });
  expect(task.launchNs()).toBeNull();
  await task.kill(SIGKILL);
  await task.exited;
  await host.runtime.cleanUp(task.id, discard);
});

test('a shim that was never built is told with how to build it', () => {
  expect(() => createRuntime({ ...host.options, shimPath: '/nope' })).toThrow(
    expect.objectContaining({
      code: 'precondition-failed',
      mend: expect.stringContaining('packages/shim/build') as string,
    }),
  );
});

test('a plan can be read without anything being made', () => {
  const before = listLeavings(host);
  const { spec } = host.resolve({});
  const cgroupParent = `vitrine-test-plan-${process.pid}`;
  const { text, steps } = planLaunch({ stateDir: host.stateDir, cgroupParent, spec });
  expect(text).toContain('execve');
  expect(steps.map(({ side }) => side)).toEqual(expect.arrayContaining(['shim', 'child']));
  expect(listLeavings(host)).toEqual(before);
  expect(existsSync(join('/sys/fs/cgroup/freezer', cgroupParent))).toBe(false);
});

test('cleaning up twice, or what never was, is no error, and no tree is too deep for it', async () => {
  const deep =
    'i=0; cd /root; while [ $i -lt 60 ]; do d=$(printf "%0200d" $i); mkdir $d && cd $d; i=$((i+1)); done; exit 0';
  const task = await host.run(shell(deep));
  await task.exited;
  await host.runtime.cleanUp(task.id, discard);
  await host.runtime.cleanUp(task.id, discard);
  await host.runtime.cleanUp(newId(), discard);
  expect(readdirSync(join(host.stateDir, 'snapshots'))).not.toContain(task.id);
});

test('what a crash left half made is found and removed', async () => {
  const id = newId();
  host.options.cgroups.create(id);
  expect(host.runtime.leftovers()).toContainEqual({ id, cgroup: true, task: false, snapshot: false });
  await host.runtime.cleanUp(id, discard);
  expect(host.runtime.leftovers().find((leftover) => leftover.id === id)).toBeUndefined();
});
