import { RECORDED_CONTAINER, RECORDED_PIDS, recordedPath } from '@vitrine/testing/recorded';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openProcfs } from './procfs.ts';

const open = (host: 'v1' | 'v2') =>
  openProcfs({ root: recordedPath(host, 'proc'), osReleasePath: recordedPath(host, 'os-release') });

describe.each(['v1', 'v2'] as const)('on the recorded %s host', (host) => {
  const pids = RECORDED_PIDS[host];

  test('a container’s process is seen with both PIDs, its parent and its container', () => {
    expect(open(host).readProcess(pids.sleep, 'vitrine-recording')).toMatchObject({
      pid: pids.sleep,
      ppid: pids.shell,
      comm: 'sleep',
      commandLine: ['sleep', '300'],
      state: 'sleeping',
      owner: { kind: 'ours', id: RECORDED_CONTAINER },
    });
  });

  test('empty arguments stay where they are', () => {
    expect(open(host).readProcess(pids.odd, 'vitrine')?.commandLine).toEqual([
      '/tmp/rec/odd) (R name',
      '-c',
      'sleep 300; :',
      'two words',
      '',
      'last',
    ]);
  });

  test('a kernel thread has no command line', () => {
    expect(open(host).readProcess(pids.kernelThread, 'vitrine')).toMatchObject({ comm: 'kthreadd', commandLine: [] });
  });

  test('a process that went away is left out, without an error', () => {
    const procfs = open(host);
    expect(procfs.readProcess(999_999, 'vitrine')).toBeUndefined();
    expect(procfs.readProcesses('vitrine').map(({ pid }) => pid)).toEqual(Object.values(pids));
  });

  test('the nested process has all namespaces of its own but that of time', () => {
    const reading = open(host).readIsolation(pids.shell);
    const own = reading?.namespaces.filter(({ hostInode, inode }) => inode !== null && hostInode !== inode);

    expect(own?.map(({ kind }) => kind)).toEqual(['pid', 'net', 'mnt', 'uts', 'ipc', 'user', 'cgroup']);
    expect(reading?.uidMap).toEqual([{ insideStart: 0, outsideStart: 0, count: 1 }]);
    expect(reading?.interfaces).toEqual(['lo']);
    expect(reading?.capabilities.known.at(-1)).toBe('CAP_CHECKPOINT_RESTORE');
  });
});

test('a process of which only a part could still be read is left out, too', () => {
  expect(open('v2').pids()).toContain(1);
  expect(open('v2').readProcess(1, 'vitrine')).toBeUndefined();
});

test('what a kernel does not have is null and not zero', () => {
  expect(open('v2').hostUsage()).toMatchObject({ cpuPressure: null, memoryPressure: null, ioPressure: null });
  expect(open('v2').readIsolation(RECORDED_PIDS.v2.shell)?.namespaces.at(-1)).toEqual({
    kind: 'time',
    hostInode: null,
    inode: null,
  });
});

test('the host tells its name, kernel, system and size', () => {
  expect(open('v1').hostFacts()).toMatchObject({
    hostname: 'vm',
    kernel: '6.18.44',
    os: 'Debian GNU/Linux 12 (bookworm)',
    cpuCount: 2,
    memoryBytes: 24_684_084 * 1024,
  });
});

test('a directory that is no proc is refused by name', () => {
  expect(() => openProcfs({ root: '/nowhere' })).toThrow('/nowhere/uptime is missing');
});

test('a zombie is a process without a command line, and its isolation is gone', async () => {
  // The shell's child ends at once; what the shell becomes never reaps it.
  const parent = spawn('sh', ['-c', 'read go & exec cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
  try {
    const procfs = openProcfs();
    const findZombie = () =>
      procfs.readProcesses('vitrine').find(({ ppid, state }) => ppid === parent.pid && state === 'zombie');
    await expect.poll(findZombie, { timeout: 10_000 }).toMatchObject({ commandLine: [] });
    expect(procfs.readIsolation(findZombie()?.pid ?? -1)).toBeUndefined();
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
});
