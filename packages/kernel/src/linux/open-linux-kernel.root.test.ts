import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempDisposableSync, openSync, closeSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Fd, isErrno, MOUNT_ATTR, openLinuxKernel, OPEN_TREE, probeKernel, SyscallError } from '../index.ts';
import { dumpLinksMessage, linkUpMessage } from '../netlink-message.ts';

const kernel = openLinuxKernel();
const temporary = () => mkdtempDisposableSync(join(tmpdir(), 'vitrine-kernel-'));
const openFds = (): number => readdirSync('/proc/self/fd').length;
const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');

test('a program in sealed memory runs with exactly the descriptors it was given, and its exit code is told', async () => {
  const busybox = readFileSync('/bin/busybox');
  using program = kernel.createSealedMemfd('busybox', busybox, { executable: true });
  using directory = temporary();
  using output = Fd.adopt(openSync(join(directory.path, 'out'), 'w+'));
  const leaked = openSync('/dev/null', 'r');
  const command = ['sh', '-c', 'ls /proc/$$/fd; exit 7'];
  const child = kernel.spawn({ path: program, argv: command, env: [], fds: [null, output, null, output] });
  closeSync(leaked);

  expect(await child.exited).toEqual({ kind: 'exited', code: 7 });
  child.pidfd.close();
  const fds = readFileSync(join(directory.path, 'out'), 'utf8').trim().split('\n');
  expect(fds).toEqual(['0', '1', '2', '3']);
});

test('a program starts with no signal ignored or blocked, though Node ignores some', async () => {
  using directory = temporary();
  using output = Fd.adopt(openSync(join(directory.path, 'out'), 'w+'));
  const child = kernel.spawn({
    path: '/bin/busybox',
    argv: ['grep', '-E', '^Sig(Ign|Blk)', '/proc/self/status'],
    env: [],
    fds: [null, output, null],
  });
  await child.exited;
  child.pidfd.close();
  expect(readFileSync(join(directory.path, 'out'), 'utf8')).toBe(
    'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n',
  );
});

test("descriptors that stand in each other's place are not mixed up", async () => {
  using directory = temporary();
  const file = (name: string): Fd => Fd.adopt(openSync(join(directory.path, name), 'w'));
  const low = [file('a'), file('b'), file('c')].toSorted((x, y) => y.number - x.number);
  const child = kernel.spawn({
    path: '/bin/sh',
    argv: ['sh', '-c', 'echo 3 >&3; echo 4 >&4; echo 5 >&5'],
    env: [],
    fds: [null, null, null, ...low],
  });
  await child.exited;
  const names = low.map((fd) => readFileSync(`/proc/self/fd/${fd.number}`, 'utf8').trim());
  for (const fd of [...low, child.pidfd]) fd.close();
  expect(names).toEqual(['3', '4', '5']);
});

const sleeper = () => kernel.spawn({ path: '/bin/sleep', argv: ['sleep', '1000'], env: [], fds: [null, null, null] });

test('a signal by pidfd ends the process', async () => {
  const child = sleeper();
  kernel.pidfdSendSignal(child.pidfd, 9);
  expect(await child.exited).toEqual({ kind: 'signaled', signal: 9, coreDumped: false });
  expect(() => kernel.pidfdSendSignal(child.pidfd, 9)).toThrow('ESRCH');
  child.pidfd.close();
});

test.runIf(probeKernel(kernel).signalTrace.available)('the signal trace tells who sent a fatal signal', async () => {
  const name = `vitrine-test-${process.pid}`;
  using trace = kernel.openSignalTrace(name);
  const child = sleeper();
  kernel.pidfdSendSignal(child.pidfd, 9);
  await child.exited;
  child.pidfd.close();
  const events = trace?.read() ?? [];
  const event = events.find((read) => read.type === 'signal' && read.target.pid === child.pid);
  expect(event).toMatchObject({ signal: 9, code: 0, sender: { pid: process.pid }, target: { comm: 'sleep' } });
  // Reading takes nothing out, and a new owner of the same name finds what happened before.
  expect(kernel.openSignalTrace(name)?.read().length).toBeGreaterThanOrEqual(events.length);
});

test('many children that end at once are all seen, and none is left a zombie', async () => {
  const children = Array.from({ length: 40 }, (_, code) =>
    kernel.spawn({ path: '/bin/sh', argv: ['sh', '-c', `exit ${code}`], env: [], fds: [null, null, null] }),
  );
  const codes = await Promise.all(children.map(({ exited }) => exited));
  for (const { pidfd } of children) pidfd.close();
  expect(codes).toEqual(children.map((_, code) => ({ kind: 'exited', code })));
  expect(children.every(({ pid }) => statSync(`/proc/${pid}`, { throwIfNoEntry: false }) === undefined)).toBe(true);
});

test('a caller who closes the pidfd early still learns how the process ended', async () => {
  const child = sleeper();
  child.pidfd.close();
  process.kill(child.pid, 'SIGKILL');
  expect(await child.exited).toMatchObject({ signal: 9 });
});

test('a program that is not there is an error of posix_spawn, at once', () => {
  const spawn = () => kernel.spawn({ path: '/bin/nope', argv: ['nope'], env: [], fds: [] });
  expect(spawn).toThrow('posix_spawn("/bin/nope", ["nope"]): ENOENT, no such file or directory');
});

test('sealed memory cannot be changed by anybody', () => {
  using memfd = kernel.createSealedMemfd('sealed', Buffer.from('content'));
  expect(readFileSync(`/proc/self/fd/${memfd.number}`, 'utf8')).toBe('content');
  expect(() => writeSync(memfd.number, 'x', 0)).toThrow('EPERM');
  expect(() => truncateSync(`/proc/self/fd/${memfd.number}`, 0)).toThrow('EPERM');
});

test('a path inside a root cannot lead out of it', () => {
  using directory = temporary();
  mkdirSync(join(directory.path, 'etc'));
  symlinkSync('/etc/passwd', join(directory.path, 'etc/link'));
  symlinkSync('../../../../../../etc/hostname', join(directory.path, 'etc/dots'));
  writeFileSync(join(directory.path, 'etc/passwd'), 'inside');
  using root = kernel.openDirectory(directory.path);

  expect(kernel.readFileInRoot(root, 'etc/link', 100).toString()).toBe('inside');
  expect(() => kernel.readFileInRoot(root, 'etc/dots', 100)).toThrow(SyscallError);
});

test('a FIFO, a device and a file too large are refused without being waited for', () => {
  using directory = temporary();
  execFileSync('mkfifo', [join(directory.path, 'fifo')]);
  execFileSync('mknod', [join(directory.path, 'zero'), 'c', '1', '5']);
  writeFileSync(join(directory.path, 'large'), '0123456789');
  using root = kernel.openDirectory(directory.path);

  expect(() => kernel.readFileInRoot(root, 'fifo', 100)).toThrow('fifo is not a regular file.');
  expect(() => kernel.readFileInRoot(root, 'zero', 100)).toThrow('zero is not a regular file.');
  expect(() => kernel.readFileInRoot(root, 'large', 9)).toThrow('large has 10 bytes; at most 9 are read.');
});

test('a detached read-only mount is there for its holder only', () => {
  using directory = temporary();
  writeFileSync(join(directory.path, 'file'), 'x');
  const before = mounts();
  using tree = kernel.openTree(directory.path, OPEN_TREE.CLONE);
  kernel.mountSetattr(tree, { set: MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID });

  expect(readFileSync(`/proc/self/fd/${tree.number}/file`, 'utf8')).toBe('x');
  expect(() => writeFileSync(`/proc/self/fd/${tree.number}/file`, 'y')).toThrow('EROFS');
  expect(mounts()).toBe(before);
});

test('an option that a file system does not know is told with its name', () => {
  using fs = kernel.fsopen('tmpfs');
  expect(() => kernel.fsconfig(fs, 'nope', '1')).toThrow(/fsconfig\(\d+, FSCONFIG_SET_STRING, "nope", "1"\): EINVAL/);
});

test('a listening socket has its mode, and the peer is known by pid and user', async () => {
  using directory = temporary();
  const path = join(directory.path, 'socket');
  using listening = kernel.listenUnix(path, { mode: 0o600, backlog: 4 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const client = createConnection(path);
  await once(client, 'connect');
  client.destroy();
  void listening;

  const [ours, theirs] = kernel.socketpair();
  using a = ours;
  using b = theirs;
  expect(kernel.peerCredentials(a.number)).toEqual({ pid: process.pid, uid: 0, gid: 0 });
  void b;
});

test('the route socket lists the loopback and tells a refusal by its errno', () => {
  using socket = kernel.openRouteSocket();
  expect(socket.request('dump links', dumpLinksMessage(1))).toContainEqual(
    expect.objectContaining({ type: 'link', ifindex: 1, name: 'lo' }),
  );
  expect(() => socket.request('link up', linkUpMessage({ ifindex: 999_999, seq: 2 }))).toThrow(/ENODEV/);
});

test('a lock is held until its descriptor is closed', () => {
  using directory = temporary();
  const path = join(directory.path, 'lock');
  const first = kernel.lockFile(path);
  expect(kernel.lockFile(path)).toBeNull();
  first?.close();
  using second = kernel.lockFile(path);
  expect(second).not.toBeNull();
});

test('a directory is locked as a file is, also one of the cgroup file system', () => {
  using directory = temporary();
  for (const path of [directory.path, '/sys/fs/cgroup']) {
    using first = kernel.lockDirectory(path);
    expect(first).not.toBeNull();
    expect(kernel.lockDirectory(path)).toBeNull();
  }
});

test('a seccomp profile becomes a filter, and a name that does not exist is left out', () => {
  const filter = kernel.compileSeccomp({
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: [{ names: ['read', 'no_such_call'], action: 'SCMP_ACT_ALLOW' }],
  });
  expect(filter.length % 8).toBe(0);
  expect(filter.length).toBeGreaterThan(4 * 8);
  expect(() => kernel.compileSeccomp({ defaultAction: 'SCMP_ACT_NOPE' })).toThrow('SCMP_ACT_NOPE');
});

test('the probe finds what this machine has, and leaves nothing behind', () => {
  const before = { fds: openFds(), mounts: mounts() };
  const features = probeKernel(kernel);
  expect(features.openat2).toMatchObject({ available: true, detail: 'tried' });
  expect(features.idmappedMounts.available).toBe(true);
  expect({ fds: openFds(), mounts: mounts() }).toEqual(before);
});

test('an old kernel is not credited with what came later', () => {
  const features = probeKernel(kernel, '5.10.0');
  expect([features.overlayOnIdmapped, features.overlayLowerdirAppend].map(({ available }) => available)).toEqual([
    false,
    false,
  ]);
  expect(isErrno(new SyscallError('x', [], 38), 'ENOSYS')).toBe(true);
});
