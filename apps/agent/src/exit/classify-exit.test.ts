import type { SignalSender } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import type { StopRequest } from '../records/container-record.ts';
import { classifyExit, type Death } from './classify-exit.ts';

const SHIM = 500;
const bash: SignalSender = {
  kind: 'process',
  pid: 19747,
  containerPid: null,
  comm: 'bash',
  commandLine: ['bash'],
  uid: 0,
  userName: 'root',
  where: 'host',
  containerName: null,
};
const shim: SignalSender = { ...bash, pid: SHIM, comm: 'vitrine-shim' };
const ada = { kind: 'user', id: '1', name: 'ada', via: 'browser' } as const;
const stop = (more: Partial<StopRequest> = {}): StopRequest => ({
  by: ada,
  request: 'stop',
  signal: 'SIGTERM',
  atMs: 1000,
  timeoutSec: 10,
  escalated: false,
  ...more,
});
const death = (more: Partial<Death>): Death => ({
  pid: 600,
  containerPid: 1,
  code: null,
  signal: null,
  coreDumped: false,
  endedAtMs: 2000,
  stopRequest: null,
  ourPids: new Set([SHIM]),
  trace: { available: true, signals: [], victims: [] },
  memory: { limitBytes: 64, usageBytes: 60, oomKillsAtDeath: 0 },
  ...more,
});
const traced = (...signals: [number, SignalSender][]): Death['trace'] => ({
  available: true,
  victims: [],
  signals: signals.map(([signal, sender]) => ({
    signal,
    sender,
    senderPid: sender.kind === 'process' ? sender.pid : 0,
  })),
});

test('exit code 137 is an exit code, also when a child was killed for memory', () => {
  const exit = classifyExit(death({ code: 137, memory: { limitBytes: 64, usageBytes: 64, oomKillsAtDeath: 1 } }));

  expect(exit).toEqual({ kind: 'exited', code: 137 });
});

test('a SIGKILL from a shell names the shell, and is not out of memory though a child just was', () => {
  const exit = classifyExit(
    death({ signal: 9, trace: traced([9, bash]), memory: { limitBytes: 64, usageBytes: 64, oomKillsAtDeath: 1 } }),
  );

  expect(exit).toEqual({ kind: 'signaled', signal: 'SIGKILL', coreDumped: false, sender: bash });
});

test('the kernel that marked PID 1 as its victim makes it out of memory', () => {
  const exit = classifyExit(
    death({ signal: 9, trace: { available: true, signals: [], victims: [{ pid: 600, comm: 'tail' }] } }),
  );

  expect(exit).toEqual({
    kind: 'oom',
    limitBytes: 64,
    usageBytes: 60,
    victim: { pid: 600, containerPid: 1, comm: 'tail' },
  });
});

test('another victim in the container does not make the death of PID 1 out of memory', () => {
  const trace: Death['trace'] = {
    ...traced([9, bash]),
    available: true,
    victims: [{ pid: 601, comm: 'tail' }],
  } as never;

  expect(classifyExit(death({ signal: 9, trace }))).toMatchObject({ kind: 'signaled', sender: bash });
});

test('without a trace a counter that rose at the death tells of memory, and without one nobody is blamed', () => {
  const trace: Death['trace'] = { available: false, why: 'no tracefs on this host' };
  const memory = { limitBytes: 64, usageBytes: 64, oomKillsAtDeath: 1 };

  expect(classifyExit(death({ signal: 9, trace, memory }))).toMatchObject({ kind: 'oom', victim: { comm: null } });
  expect(classifyExit(death({ signal: 9, trace }))).toMatchObject({
    kind: 'signaled',
    sender: { kind: 'unknown', why: 'no tracefs on this host' },
  });
});

test('a program that faults is ended by the kernel, unless somebody sent it the signal', () => {
  expect(classifyExit(death({ signal: 11 }))).toMatchObject({ signal: 'SIGSEGV', sender: { kind: 'kernel' } });
  expect(classifyExit(death({ signal: 11, trace: traced([11, bash]) }))).toMatchObject({ sender: { comm: 'bash' } });
  expect(classifyExit(death({ signal: 9 }))).toMatchObject({ sender: { kind: 'unknown' } });
});

test('a stop is told with who asked, also when PID 1 ended by itself on being asked', () => {
  expect(classifyExit(death({ code: 0, stopRequest: stop() }))).toEqual({
    kind: 'stopped',
    by: ada,
    request: 'stop',
    signal: null,
    code: 0,
    escalated: false,
  });
  expect(classifyExit(death({ signal: 15, stopRequest: stop(), trace: traced([15, shim]) }))).toMatchObject({
    kind: 'stopped',
    signal: 'SIGTERM',
  });
});

test('a stop that had to be forced says so', () => {
  const stopRequest = stop({ escalated: true });
  const trace = traced([15, shim], [9, shim]);

  expect(classifyExit(death({ signal: 9, stopRequest, trace }))).toMatchObject({
    kind: 'stopped',
    signal: 'SIGKILL',
    escalated: true,
  });
});

test('somebody else who kills it while a stop waits is named, not the one who asked for the stop', () => {
  const trace = traced([15, shim], [9, bash]);

  expect(classifyExit(death({ signal: 9, stopRequest: stop(), trace }))).toMatchObject({
    kind: 'signaled',
    sender: { comm: 'bash' },
  });
});

test('a container that takes SIGHUP as "read your configuration" and fails an hour later was not killed on request', () => {
  const stopRequest = stop({ request: 'kill', signal: 'SIGHUP' });

  expect(classifyExit(death({ code: 1, stopRequest, endedAtMs: 3_600_000 }))).toEqual({ kind: 'exited', code: 1 });
});
