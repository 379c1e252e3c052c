import { ContainerSpec } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { splitCommandLine } from './command-line.ts';
import { curlCommand, restBody, shortSpec } from './rest-request.ts';
import { runCommand } from './run-command.ts';

const plain = ContainerSpec.parse({
  image: 'starter',
  name: 'burn',
  command: ['sh', '-c', 'while :; do :; done'],
  limits: { memoryBytes: 64 * 1024 ** 2, cpuCores: 0.5, pids: 32 },
});

/** Lines are joined as a shell joins them. */
const wordsOf = (command: string): string[] => {
  const split = splitCommandLine(command.replaceAll('\\\n', ' '));
  return split.ok ? split.line.words : [];
};

test('the command beside the form makes the same container, without naming defaults', () => {
  expect(wordsOf(runCommand('alpha', plain, true))).toEqual([
    'vitrine',
    'run',
    '--detach',
    '--host',
    'alpha',
    '--name',
    'burn',
    '--memory',
    '64MiB',
    '--cpus',
    '0.5',
    '--pids',
    '32',
    'starter',
    'sh',
    '-c',
    'while :; do :; done',
  ]);
});

test('every choice that differs from the default is on the command line', () => {
  const odd = ContainerSpec.parse({
    ...plain,
    env: ["A=it's"],
    userNamespace: 'host',
    network: 'host',
    seccomp: 'unconfined',
    noNewPrivileges: false,
    capabilities: { add: ['CAP_NET_ADMIN'], drop: ['CAP_CHOWN'] },
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 2 }],
    readonlyRootfs: true,
    keepWritableLayer: true,
    stopSignal: 'SIGINT',
    stopTimeoutSec: 0,
    labels: { team: 'blue' },
  });
  const words = wordsOf(runCommand('alpha', odd, false)).join(' ');

  expect(words).toMatch(/^vitrine create --host alpha/);
  for (const flag of [
    "--env A=it's",
    '--userns host',
    '--network host',
    '--seccomp unconfined',
    '--allow-new-privileges',
    '--cap-add CAP_NET_ADMIN',
    '--cap-drop CAP_CHOWN',
    '--rlimit nofile=1:2',
    '--read-only',
    '--keep-writable-layer',
    '--stop-signal SIGINT',
    '--stop-timeout 0',
    '--label team=blue',
  ])
    expect(words).toContain(flag);
});

test('the REST body is short, and the server reads it as the same specification', () => {
  expect(Object.keys(shortSpec(plain))).toEqual(['name', 'image', 'command', 'limits']);
  const body = JSON.parse(restBody(plain, true)) as { spec: unknown };
  expect(ContainerSpec.parse(body.spec)).toEqual(plain);
});

test('the curl line carries the body unharmed through a shell and no token', () => {
  const quoted = ContainerSpec.parse({ ...plain, command: ['echo', `it's "quoted" $HOME`] });
  const words = wordsOf(curlCommand('http://hub:7080', 'h1', quoted, true));

  expect(words).toContain('http://hub:7080/api/v1/hosts/h1/containers');
  expect(words.at(-1)).toBe(restBody(quoted, true));
  expect(words).toContain('Authorization: Bearer $VITRINE_TOKEN');
});
