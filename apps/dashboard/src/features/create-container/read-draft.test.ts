import { ContainerSpec } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { type Draft, draftOf, EMPTY_DRAFT } from './draft.ts';
import { fieldOfPath, readDraft, rightPart } from './read-draft.ts';

const alpha = { name: 'alpha', memoryBytes: 2 * 1024 ** 3, cpuCount: 2 };
const filled = (changes: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, image: 'starter', ...changes });
const mistakesOf = (changes: Partial<Draft>) => readDraft(filled(changes), alpha).mistakes;

test('only the image must be chosen; the rest of an untouched form is right', () => {
  expect(readDraft(EMPTY_DRAFT, alpha).mistakes).toEqual({ image: 'Choose an image.' });
  expect(readDraft(filled({}), alpha).spec).toMatchObject({
    image: 'starter',
    limits: { memoryBytes: 256 * 1024 ** 2, swapBytes: 0, cpuCores: 0.5, pids: 128 },
    userNamespace: 'auto',
    seccomp: 'default',
  });
});

test('what was typed becomes the specification', () => {
  const { spec } = readDraft(
    filled({
      command: "sh -c 'echo hi'",
      env: 'A=1\nB=two words',
      memory: '64m',
      capDrop: 'net_raw, CAP_CHOWN',
      rlimits: 'nofile=1024:4096',
      stopSignal: 'int',
      labels: 'team=blue',
    }),
    alpha,
  );

  expect(spec).toMatchObject({
    command: ['sh', '-c', 'echo hi'],
    env: ['A=1', 'B=two words'],
    limits: { memoryBytes: 64 * 1024 ** 2 },
    capabilities: { add: [], drop: ['CAP_NET_RAW', 'CAP_CHOWN'] },
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 }],
    stopSignal: 'SIGINT',
    labels: { team: 'blue' },
  });
});

test.each<[Partial<Draft>, keyof Draft, string]>([
  [{ memory: '64' }, 'memory', 'unit'],
  [{ memory: '100 KiB' }, 'memory', 'at least 512 KiB'],
  [{ memory: '3 GiB' }, 'memory', 'alpha has 2 GiB'],
  [{ cpuCores: 'all' }, 'cpuCores', '0.5 for half a core'],
  [{ cpuCores: '4' }, 'cpuCores', 'alpha has 2 cores'],
  [{ pids: '0' }, 'pids', 'at least 1'],
  [{ pids: '9999999' }, 'pids', 'at most 4194304'],
  [{ name: '-web' }, 'name', 'start with a letter or digit'],
  [{ image: 'Not An Image' }, 'image', 'lowercase name'],
  [{ env: 'OK=1\n=nameless' }, 'env', 'Line 2 must be NAME=value'],
  [{ command: "sh -c 'oops" }, 'command', 'single quote'],
  [{ workingDir: 'srv' }, 'workingDir', 'absolute path'],
  [{ user: 'a b' }, 'user', 'USER or USER:GROUP'],
  [{ hostname: '-x-' }, 'hostname', 'letters, digits'],
  [{ capAdd: 'net-admin' }, 'capAdd', "capability's kernel name"],
  [{ rlimits: 'nofile' }, 'rlimits', 'nofile=1024:4096'],
  [{ rlimits: 'nofile=9:3' }, 'rlimits', 'above the hard one'],
  [{ stopTimeoutSec: '-1' }, 'stopTimeoutSec', 'whole number of seconds'],
  [{ stopTimeoutSec: '4000' }, 'stopTimeoutSec', 'at most 3600'],
  [{ labels: 'nameless' }, 'labels', 'NAME=value'],
])('%j is shown as a mistake at its own field and nowhere else', (changes, field, words) => {
  const mistakes = mistakesOf(changes);
  expect(Object.keys(mistakes)).toEqual([field]);
  expect(mistakes[field]).toContain(words);
});

test("a mistake is told in one whole sentence, not in zod's words", () => {
  const all = mistakesOf({ pids: '0', cpuWeight: '20000', user: 'x'.repeat(300), stopTimeoutSec: '4000' });
  for (const text of Object.values(all)) expect(text).toMatch(/^[A-Z"].*\.$/);
  expect(Object.values(all).join(' ')).not.toMatch(/expected|Too (big|small)|Invalid/);
});

test('a host that never told its size refuses nothing on its behalf', () => {
  expect(readDraft(filled({ memory: '900 GiB', cpuCores: '64' }), null).mistakes).toEqual({});
});

test('running again fills the form so that the same container is asked for', () => {
  const spec = ContainerSpec.parse({
    image: 'starter:latest',
    command: ['sh', '-c', "echo 'it''s' | wc"],
    env: ['A=1', 'PEM=line one\nline two'],
    user: '1000:1000',
    limits: { memoryBytes: 20_500_001, cpuCores: 0.25, pids: 32, cpuWeight: 50 },
    userNamespace: 'host',
    capabilities: { add: ['CAP_NET_ADMIN'], drop: [] },
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 10, hard: 20 }],
    keepWritableLayer: true,
    labels: { a: 'b=c' },
  });

  expect(readDraft(draftOf(spec), alpha)).toEqual({ spec, mistakes: {} });
});

test("the server's answer lands at the field it names", () => {
  expect(
    ['spec.limits.memoryBytes', 'limits.memoryBytes', 'env.3', 'spec.command.0', 'capabilities.add.1'].map(fieldOfPath),
  ).toEqual(['memory', 'memory', 'env', 'command', 'capAdd']);
  expect(fieldOfPath('hostId')).toBeUndefined();
});

test('what is right so far is told while other fields are still wrong', () => {
  const draft = filled({ memory: '12 KiB', rlimits: 'x', userNamespace: 'host', pids: '7' });
  const right = rightPart(draft, readDraft(draft, alpha).mistakes, alpha);

  expect(right).toMatchObject({ image: 'starter', userNamespace: 'host', limits: { pids: 7 } });
  expect(right?.limits).not.toHaveProperty('memoryBytes');
  expect(rightPart(EMPTY_DRAFT, { image: 'Choose an image.' }, alpha)).toBeUndefined();
});
