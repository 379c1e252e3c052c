import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cgroups } from '../contract.ts';
import { openCgroups } from '../open-cgroups.ts';

describe.runIf(existsSync('/sys/fs/cgroup/devices'))('devices of a container on cgroup v1', () => {
  let cgroups: Cgroups;
  beforeEach(() => {
    cgroups = openCgroups({ parent: `vitrine-devices-${process.pid}` });
    cgroups.create('box');
  });
  afterEach(async () => {
    await cgroups.remove('box');
    cgroups.removeParent();
  });

  const runInside = (script: string) => {
    const tasks = join(cgroups.paths('box')['devices'] ?? '', 'tasks');
    const { status, stderr } = spawnSync('sh', ['-c', `echo 0 > ${tasks} && { ${script}; }`], { encoding: 'utf8' });
    return { status, stderr };
  };

  test('null, zero and urandom can be used', () => {
    expect(runInside('head -c 4 /dev/zero >/dev/null && head -c 4 /dev/urandom >/dev/null')).toEqual({
      status: 0,
      stderr: '',
    });
  });

  test('the kernel’s log and the host’s disk cannot be opened, root or not', () => {
    expect(runInside('cat < /dev/kmsg').stderr).toContain('Operation not permitted');
    const disk = runInside('d=$(mktemp -u); mknod $d b 254 0 && { cat < $d; rm $d; }');
    expect(disk.stderr).toContain('Operation not permitted');
  });
});
