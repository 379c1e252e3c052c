import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openProcfs } from './procfs.ts';

test('a program started with unshare and setpriv is read as it was set apart', async () => {
  const apart = '--fork --kill-child --user --map-root-user --pid --net --mount --uts';
  const cut = 'setpriv --no-new-privs --bounding-set=-all,+kill,+chown --inh-caps=-all --ambient-caps=-all';
  const program = ['sh', '-c', 'echo ready; read forever; :'];
  const unshare = spawn('unshare', [...apart.split(' '), ...cut.split(' '), ...program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    await once(unshare.stdout, 'data');
    const procfs = openProcfs();
    const inside = procfs.readProcesses('vitrine').find(({ ppid }) => ppid === unshare.pid);
    expect(inside).toMatchObject({ containerPid: 1, commandLine: program });

    const reading = procfs.readIsolation(inside?.pid ?? -1);
    const own = reading?.namespaces.filter(({ hostInode, inode }) => hostInode !== inode).map(({ kind }) => kind);
    expect(own).toEqual(['pid', 'net', 'mnt', 'uts', 'user']);
    expect(reading?.capabilities).toMatchObject({ bounding: ['CAP_CHOWN', 'CAP_KILL'], inheritable: [], ambient: [] });
    expect(reading?.seccomp.noNewPrivileges).toBe(true);
    expect(reading?.uidMap).toEqual([{ insideStart: 0, outsideStart: process.getuid?.(), count: 1 }]);
    expect(reading?.interfaces).toContain('lo');
    expect(reading?.interfaces).not.toContain('eth0');
  } finally {
    unshare.kill('SIGKILL');
    await once(unshare, 'exit');
  }
});
