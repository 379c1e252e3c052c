import { ContainerSpec } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { willBeMade } from './will-be-made.ts';

const whatOf = (input: object, thing: string): string | undefined =>
  willBeMade(ContainerSpec.parse({ image: 'starter', ...input })).find((made) => made.thing === thing)?.what;

test('limits are told as the kernel will be told them', () => {
  expect(whatOf({ limits: { memoryBytes: 67_108_864, cpuCores: 0.5, pids: 32 } }, 'Cgroup')).toBe(
    'memory.max 67108864, cpu.max 50000 100000, pids.max 32',
  );
  expect(whatOf({}, 'Cgroup')).toBe('one, without a limit');
});

test('a namespace shared with the host is not promised as its own', () => {
  expect(whatOf({}, 'Namespaces')).toBe('pid, mnt, uts, ipc, net, user, cgroup');
  expect(whatOf({ network: 'host', userNamespace: 'host' }, 'Namespaces')).toBe(
    'pid, mnt, uts, ipc, cgroup; net and user shared with the host',
  );
});

test('added and dropped capabilities stand beside the default set', () => {
  expect(
    whatOf({ capabilities: { add: ['CAP_NET_ADMIN'], drop: ['CAP_CHOWN'] }, seccomp: 'unconfined' }, 'Rights'),
  ).toBe('the default capabilities + CAP_NET_ADMIN − CAP_CHOWN; system calls unfiltered; no new privileges');
});
