import { ContainerSpec, DomainError } from '@vitrine/protocol';
import { describe, expect, test } from 'vitest';
import { runOptionsOf } from './fake-context.ts';
import { specFrom } from './container-options.ts';

async function specOf(line: string, environment: Record<string, string> = {}) {
  const { values, positionals } = await runOptionsOf(line);
  const [image = '', ...command] = positionals;
  return specFrom(image, command, values, environment);
}

async function mistakeIn(line: string): Promise<DomainError> {
  const error: unknown = await specOf(line).catch((thrown: unknown) => thrown);
  if (error instanceof DomainError) return error;
  throw new Error(`"${line}" was taken as right`);
}

describe('a command line becomes a container specification', () => {
  test.each([
    ['an image alone says nothing of what it leaves out', 'starter', { image: 'starter' }],
    [
      'limits are given in the units that people use',
      '--memory 64m --swap 0 --cpus 0.5 --cpu-weight 200 --pids 32 starter',
      { image: 'starter', limits: { memoryBytes: 67_108_864, swapBytes: 0, cpuCores: 0.5, cpuWeight: 200, pids: 32 } },
    ],
    [
      'options after the image belong to the program in the container',
      '-m 1g starter ls -l --name x',
      { image: 'starter', limits: { memoryBytes: 1_073_741_824 }, command: ['ls', '-l', '--name', 'x'] },
    ],
    [
      'two dashes end the options',
      '--name web -- starter sleep 1',
      { image: 'starter', name: 'web', command: ['sleep', '1'] },
    ],
    [
      'who and where',
      '-u 1000:1000 -w /srv --hostname alpha starter',
      { image: 'starter', user: '1000:1000', workingDir: '/srv', hostname: 'alpha' },
    ],
    [
      'capabilities and limits may be written short',
      '--cap-add net_admin --cap-drop CAP_KILL --rlimit nofile=10:20 --rlimit core=0 --stop-signal int starter',
      {
        image: 'starter',
        capabilities: { add: ['CAP_NET_ADMIN'], drop: ['CAP_KILL'] },
        rlimits: [
          { type: 'RLIMIT_NOFILE', soft: 10, hard: 20 },
          { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
        ],
        stopSignal: 'SIGINT',
      },
    ],
    [
      'isolation is loosened only by saying so',
      '--userns host --network host --seccomp unconfined --allow-new-privileges starter',
      { image: 'starter', userNamespace: 'host', network: 'host', seccomp: 'unconfined', noNewPrivileges: false },
    ],
    [
      'storage and labels',
      '--read-only --keep-writable-layer --stop-timeout 3 -l a=b=c -l d starter',
      {
        image: 'starter',
        readonlyRootfs: true,
        keepWritableLayer: true,
        stopTimeoutSec: 3,
        labels: { a: 'b=c', d: '' },
      },
    ],
  ])('%s', async (_title, line, spec) => {
    expect(await specOf(line)).toEqual(spec);
    expect(ContainerSpec.safeParse(await specOf(line)).success).toBe(true);
  });

  test('a variable without a value is copied from the environment of whoever asks', async () => {
    expect(await specOf('-e TERM -e A=1= starter', { TERM: 'xterm' })).toMatchObject({ env: ['TERM=xterm', 'A=1='] });
  });
});

describe('a mistake names the option, the field and the mend', () => {
  test.each([
    ['memory below what any program needs', '--memory 4k starter', 'limits.memoryBytes', '--memory'],
    ['a name that no host can keep', '--name -x-/ starter', null, '--name'],
    ['a name with a slash', '--name a/b starter', 'name', '--name'],
    ['a relative working directory', '--workdir srv starter', 'workingDir', '--workdir'],
    ['an image in capitals', 'Starter', 'image', 'IMAGE'],
    ['a size with a wrong letter', '--memory 64x starter', null, '--memory'],
    ['half a process', '--pids 1.5 starter', 'limits.pids', '--pids'],
    ['a namespace mode that is not there', '--userns keep starter', 'userNamespace', '--userns'],
    ['a limit without a value', '--rlimit nofile starter', null, '--rlimit'],
    ['a variable nobody has', '--env NOT_SET_ANYWHERE starter', null, '--env'],
    ['a user with a space', '--user a=b starter', 'user', '--user'],
    ['an option that is not there', '--memroy 64m starter', null, '--memroy'],
  ])('%s', async (_title, line, field, option) => {
    const mistake = await mistakeIn(line);

    expect(mistake).toMatchObject({ code: 'invalid-input', field });
    expect(mistake.message).toContain(option);
    expect(mistake.mend).not.toBeNull();
  });
});
