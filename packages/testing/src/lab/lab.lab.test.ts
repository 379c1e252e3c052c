import { createServer } from 'node:http';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootLab, type Lab, type LabNetwork, openLabNetwork } from './index.ts';

const listening = async (answer: string) => {
  const server = createServer((_, response) => response.end(answer));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, [Symbol.dispose]: () => void server.close() };
};

describe('a host of the lab', () => {
  let network: LabNetwork;
  let lab: Lab;

  beforeAll(async () => {
    network = openLabNetwork('self-test');
    lab = await bootLab({ name: 'bench-host', network });
  });
  afterAll(async () => {
    await lab.powerOff();
    await network[Symbol.asyncDispose]();
  });

  test('is another kernel with a hostname of its own and cgroup v2 with every controller we use', async () => {
    const { stdout } = await lab.run(['sh', '-c', 'hostname; uname -r; cat /sys/fs/cgroup/cgroup.subtree_control']);

    const [hostname, kernel, controllers = ''] = stdout.split('\n');
    expect(hostname).toBe('bench-host');
    expect(kernel).not.toBe(readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
    expect(controllers.split(' ')).toEqual(expect.arrayContaining(['cpu', 'io', 'memory', 'pids']));
  });

  test('tells exit codes, signals, both outputs and programs that are not there', async () => {
    const done = await lab.run(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(done).toEqual({ code: 3, signal: null, error: null, stdout: 'out\n', stderr: 'err\n' });

    const sleeper = lab.start(['sleep', '300']);
    sleeper.kill('SIGTERM');
    expect(await sleeper.exited).toMatchObject({ code: null, signal: 'SIGTERM' });

    expect((await lab.run(['/no/such/program'])).error).toContain('ENOENT');
  });

  test('has an ext4 disk of its own, overlay mounts, and a directory shared with this machine', async () => {
    writeFileSync(join(lab.directory, 'letter'), 'from here');
    const script = `
      set -e
      stat -f -c %T /mnt /tmp
      mkdir -p /mnt/o/lower /mnt/o/upper /mnt/o/work /mnt/o/merged
      mount -t overlay -o lowerdir=/mnt/o/lower,upperdir=/mnt/o/upper,workdir=/mnt/o/work overlay /mnt/o/merged
      umount /mnt/o/merged
      cat /run/lab/letter
      echo from there > /run/lab/answer`;
    expect(await lab.run(['sh', '-c', script])).toMatchObject({
      code: 0,
      stdout: 'ext2/ext3\next2/ext3\nfrom here',
      stderr: '',
    });
    expect(readFileSync(join(lab.directory, 'answer'), 'utf8')).toBe('from there\n');
  });

  test('cannot write to the files of this machine', async () => {
    const { code, stderr } = await lab.run(['sh', '-c', 'echo x > /etc/vitrine-lab-was-here']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Read-only file system') as string,
    });
    expect(existsSync('/etc/vitrine-lab-was-here')).toBe(false);
  });

  test('reaches a forwarded port of this machine, not while its cable is pulled, and again afterwards', async () => {
    using server = await listening('hello from the hub');
    const address = await network.forward(server.port);
    // Not busybox wget: the static one of Debian 12 crashes in the guest.
    const ask = (timeoutMs: number) => {
      const options = `{ signal: AbortSignal.timeout(${timeoutMs}) }`;
      const script = `fetch('http://${address}/', ${options}).then(async (answer) => console.log(await answer.text()))`;
      return lab.run([process.execPath, '-e', script]);
    };

    expect(await ask(60_000)).toMatchObject({ code: 0, stdout: 'hello from the hub\n' });
    network.cut(lab.name);
    expect((await ask(2000)).code).not.toBe(0);
    network.mend(lab.name);
    expect(await ask(60_000)).toMatchObject({ code: 0, stdout: 'hello from the hub\n' });
  });

  test('whose plug is pulled is gone with all its processes and files, and says so to whoever waits', async () => {
    const doomed = await bootLab({ name: 'doomed' });
    const sleeper = doomed.start(['sleep', '300']);
    const isOfDoomed = (pid: string) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(doomed.directory);
      } catch {
        return false;
      }
    };
    const leftOver = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOfDoomed(name));
    expect(leftOver()).not.toEqual([]);

    await doomed.crash();
    await expect(sleeper.exited).rejects.toThrow('doomed: the guest is off');
    await expect.poll(leftOver, { timeout: 20_000 }).toEqual([]);
    expect(existsSync(doomed.directory)).toBe(false);
  });
});
