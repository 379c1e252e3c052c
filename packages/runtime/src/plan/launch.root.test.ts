import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { openCgroups } from '@vitrine/cgroups';
import { LaunchTrace } from '@vitrine/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LaunchBench, NAMESPACES, UID_RANGE_START } from './launch-fixture.ts';

let bench: LaunchBench;
beforeAll(() => {
  bench = new LaunchBench();
});
afterAll(async () => bench[Symbol.asyncDispose]());

const namespaceFile = {
  pid: 'pid',
  mount: 'mnt',
  uts: 'uts',
  ipc: 'ipc',
  cgroup: 'cgroup',
  network: 'net',
  user: 'user',
};

test('a container has each of its namespaces for itself, and is PID 1 there', async () => {
  const { shim, exited } = bench.launch({ args: ['sleep', '1000'] });
  const { pid } = await shim.launched;
  for (const file of Object.values(namespaceFile)) {
    expect(readlinkSync(`/proc/${pid}/ns/${file}`)).not.toBe(readlinkSync(`/proc/self/ns/${file}`));
  }
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(new RegExp(`^NSpid:\t${pid}\t1$`, 'm'));
  expect(readFileSync(`/proc/${pid}/uid_map`, 'utf8').trim().split(/\s+/)).toEqual([
    '0',
    `${UID_RANGE_START}`,
    '65536',
  ]);
  expect(NAMESPACES).toEqual(Object.keys(namespaceFile));
  await shim.client.kill(9);
  await exited;
});

test('inside there are only its own mounts, and above its root there is nothing', async () => {
  const mountinfo = await bench.output({ args: ['cat', '/proc/self/mountinfo'] });
  const targets = mountinfo.split('\n').map((line) => line.split(' ')[4]);
  const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`);
  const filesystems = ['/', '/proc', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue', '/sys'];
  const covered = ['/proc/bus', '/proc/sys', '/proc/interrupts', '/proc/keys', '/sys/firmware'];
  expect(targets).toHaveLength(devices.length + filesystems.length + covered.length);
  expect(new Set(targets)).toEqual(new Set([...devices, ...filesystems, ...covered]));
  expect(mountinfo.split('\n').filter((line) => line.includes(' - ext4 '))).toEqual([]);
  expect(await bench.output({ args: ['sh', '-c', 'stat -c %i / /.. | head -n 1; stat -c %i /..'] })).toMatch(
    /^(\d+)\n\1$/,
  );
});

test('its root is root inside and an ordinary user of a range of its own outside', async () => {
  const { shim, exited } = bench.launch({ args: ['sleep', '1000'] });
  const { pid } = await shim.launched;
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(
    new RegExp(`^Uid:\t${UID_RANGE_START}\t${UID_RANGE_START}\t${UID_RANGE_START}\t${UID_RANGE_START}$`, 'm'),
  );
  await shim.client.kill(9);
  await exited;
  const seen = await bench.output({
    args: ['sh', '-c', 'id; stat -c "%u:%g %n" /bin/busybox; touch /new; stat -c %u /new'],
  });
  expect(seen).toBe('uid=0 gid=0\n0:0 /bin/busybox\n0');
});

test('it has the capabilities that were asked for and no other, one seccomp filter, and no way to more', async () => {
  const status = await bench.output({ args: ['cat', '/proc/self/status'] });
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];
  // CHOWN 0, DAC_OVERRIDE 1, KILL 5, SETGID 6, SETUID 7.
  const wanted = '00000000000000e3';
  expect([field('CapInh'), field('CapPrm'), field('CapEff'), field('CapBnd'), field('CapAmb')]).toEqual([
    '0000000000000000',
    wanted,
    wanted,
    wanted,
    '0000000000000000',
  ]);
  expect([field('Seccomp'), field('NoNewPrivs')]).toEqual(['2', '1']);
});

test('it inherits no descriptor, no ignored signal and no blocked one', async () => {
  const { shim, exited } = bench.launch({ args: ['sleep', '1000'] });
  const { pid } = await shim.launched;
  expect(readdirSync(`/proc/${pid}/fd`).toSorted()).toEqual(['0', '1', '2']);
  expect(readlinkSync(`/proc/${pid}/fd/0`)).toBe('/dev/null');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  expect(status).toMatch(/^SigBlk:\t0+$/m);
  expect(status).toMatch(/^SigIgn:\t0+$/m);
  await shim.client.kill(9);
  await exited;
});

test('its host name, loopback, devices, environment and working directory are as planned', async () => {
  const script = [
    'hostname',
    'ip -o link | grep -c "lo: <LOOPBACK,UP"',
    'echo $GREETING',
    'echo x > /dev/null',
    'head -c 2 /dev/zero | grep -c .',
    'readlink /dev/ptmx',
    'pwd',
  ];
  const seen = await bench.output({ args: ['sh', '-c', script.join('; ')], process: { cwd: '/etc' } });
  expect(seen.split('\n')).toEqual(['glass', '1', 'hello', '1', 'pts/ptmx', '/etc']);
});

test('a masked directory is empty, a masked file too, and a read-only path takes nothing', async () => {
  const script =
    'ls -A /sys/firmware; cat /proc/interrupts; echo 1 2>&- > /proc/sys/net/ipv4/ip_forward || echo refused';
  expect(await bench.output({ args: ['sh', '-c', `(${script}) 2>/dev/null`] })).toBe('refused');
});

test('what somebody else than root may do: the user, groups and streams are its own', async () => {
  const none = { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] };
  const seen = await bench.output({
    args: ['sh', '-c', 'id; echo again > /dev/stdout; (touch /new 2>/dev/null || echo refused)'],
    process: { user: { uid: 1000, gid: 1001, additionalGids: [7, 8] }, capabilities: none },
  });
  expect(seen).toBe('uid=1000 gid=1001 groups=7,8\nagain\nrefused');
});

test('a read-only root takes nothing, and its tmpfs still do', async () => {
  const seen = await bench.output({
    args: ['sh', '-c', '(touch /new 2>/dev/null || echo refused); touch /dev/shm/new && echo taken'],
    config: { root: { path: 'rootfs', readonly: true } },
  });
  expect(seen).toBe('refused\ntaken');
});

test("with the host's users, root is the host's root, and devices are nodes of its own", async () => {
  const namespaces = NAMESPACES.filter((kind) => kind !== 'user');
  const seen = await bench.output({
    args: [
      'sh',
      '-c',
      'id; stat -c "%t:%T" /dev/full; grep -c /dev/null /proc/self/mountinfo; stat -c %i / > /dev/shm/a; stat -c %i /.. > /dev/shm/b; cat /dev/shm/a | grep -c -f /dev/shm/b',
    ],
    namespaces,
  });
  expect(seen).toBe('uid=0 gid=0\n1:7\n0\n1');
});

test('a limit on resources that is asked for holds inside', async () => {
  const rlimits = [
    { type: 'RLIMIT_NOFILE', soft: 33, hard: 44 },
    { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
  ];
  expect(await bench.output({ args: ['sh', '-c', 'ulimit -n; ulimit -Hn; ulimit -c'], process: { rlimits } })).toBe(
    '33\n44\n0',
  );
});

test('a limit beyond what the kernel grants fails the launch when it was asked for, and is let go when it was only a default', async () => {
  // Above fs.nr_open nobody may go, with or without CAP_SYS_RESOURCE.
  const wish = { args: ['true'], process: { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 1 << 30 }] } };
  const { step } = await bench.failure(wish);
  expect(step).toMatchObject({ label: 'rlimit: room for RLIMIT_NOFILE', errno: 'EPERM' });
  const mayBeRefused = { rlimits: ['RLIMIT_NOFILE'], oomScoreAdj: false };
  expect(await bench.output({ ...wish, input: { mayBeRefused } })).toBe('');
});

test('the trace tells every call that was made, in order, with its time and its result', async () => {
  const launched = bench.launch({ args: ['true'] });
  await launched.shim.launched;
  await launched.exited;
  await launched.closed;
  const { steps, totalNs, failure, beganAtMs } = launched.trace();
  expect(LaunchTrace.parse({ beganAtMs, totalNs, steps }).steps).toHaveLength(steps.length);
  expect(failure).toBeNull();
  expect(steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(steps.find(({ call }) => call.startsWith('execve("/bin/true"'))).toMatchObject({ outcome: 'ok', result: 0 });
  expect(steps.find(({ call }) => call.startsWith('execve("/usr/local/bin/true"'))).toMatchObject({
    outcome: 'allowed-error',
    errno: 'ENOENT',
  });
  const starts = steps
    .filter(({ side, startedNs }) => side === 'child' && startedNs !== null)
    .map(({ startedNs }) => startedNs ?? 0);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(totalNs).toBeGreaterThan(Math.max(...starts) - 1);
  expect(steps.some(({ call }) => call.includes('{{'))).toBe(false);
});

test('PID 1 is in its cgroup from the first moment, and sees it as the root of all cgroups', async () => {
  const parent = `vitrine-test-launch-${process.pid}`;
  using cgroups = openCgroups({ parent });
  const id = 'first';
  cgroups.create(id);
  try {
    cgroups.applyLimits(id, { pids: 20 });
    const attachment = cgroups.attachment(id);
    const cgroup =
      attachment.kind === 'clone-into'
        ? { version: 'v2' as const, directory: attachment.directory }
        : { version: 'v1' as const, tasksFiles: attachment.files };
    const { shim, exited } = bench.launch({ args: ['sleep', '1000'], input: { cgroup } });
    const { pid } = await shim.launched;
    expect(cgroups.processes(id)).toEqual([pid]);
    await shim.client.kill(9);
    await exited;
    const seen = await bench.output({ args: ['cat', '/proc/self/cgroup'], input: { cgroup } });
    const pids = seen.split('\n').find((line) => cgroups.version === 'v2' || line.includes(':pids:'));
    expect(pids).toMatch(/:\/$/);
  } finally {
    await cgroups.kill(id);
    await cgroups.remove(id);
    cgroups.removeParent();
  }
});
