import type { DecodedTrace, TracedStep } from '@vitrine/shim';
import { expect, test } from 'vitest';
import { launchFailedAtStep, shimVanished } from './launch-error.ts';

const step = (overrides: Partial<TracedStep>): TracedStep => ({
  side: 'child',
  index: 3,
  group: 'exec',
  label: 'exec /bin/nope',
  call: 'execve("/bin/nope", ["/bin/nope"], [/* 3 vars */])',
  startedNs: 5,
  durationNs: 2,
  result: -2,
  outcome: 'failed',
  errno: 'ENOENT',
  ...overrides,
});
const trace = (failed: TracedStep, childSignal: number | null = null): DecodedTrace => ({
  beganAtMs: 0,
  totalNs: null,
  steps: [failed],
  failure: null,
  childSignal,
  pid: null,
});
const explain = (errno: string, errnoNumber: number, overrides: Partial<TracedStep> = {}) =>
  launchFailedAtStep({ side: 'child', index: 3, errno, errnoNumber }, trace(step(overrides)), undefined);

test("a program that is not there is told as strace would, with the shell's exit code and the field", () => {
  const error = explain('ENOENT', 2);
  expect(error.exit).toMatchObject({
    kind: 'launch-failed',
    step: 'exec /bin/nope',
    error: 'execve("/bin/nope", ["/bin/nope"], [/* 3 vars */]): ENOENT, no such file or directory',
    code: 127,
  });
  expect(error.toDomainError()).toMatchObject({ code: 'launch-failed', field: 'command', mend: error.exit.mend });
});

test.each<[string, number, Partial<TracedStep>, number, string | null]>([
  ['EACCES', 13, {}, 126, 'command'],
  ['ENOEXEC', 8, {}, 126, 'command'],
  ['ENOENT', 2, { group: 'filesystem', label: 'enter the working directory' }, 125, 'workingDir'],
  ['EPERM', 1, { group: 'identity', label: 'set RLIMIT_NOFILE' }, 125, 'rlimits'],
  ['EINVAL', 22, { group: 'filesystem', label: 'mount /proc' }, 125, null],
])('%s (%i) of a step gets its own mend', (errno, errnoNumber, overrides, code, field) => {
  const error = explain(errno, errnoNumber, overrides);
  expect([error.exit.code, error.field]).toEqual([code, field]);
  expect(error.exit.mend.length).toBeGreaterThan(20);
});

test('a memory limit too small for a start is named as the cause', () => {
  const killed = launchFailedAtStep(
    { side: 'shim', index: 9, errno: 'EPIPE', errnoNumber: 32 },
    trace(step({ outcome: 'ok', label: 'mount /proc' }), 9),
    undefined,
  );
  expect(killed.field).toBe('limits.memoryBytes');
  expect(killed.message).toContain('mount /proc');
});

test('a shim that was killed is told as that, with the step it had reached', () => {
  expect(shimVanished(trace(step({ outcome: 'ok', label: 'mount /proc' })), undefined).exit).toMatchObject({
    step: 'mount /proc',
    error: 'the shim ended before PID 1 ran: it was killed, or it crashed',
  });
  expect(shimVanished(undefined, undefined).exit.step).toBe('start the shim');
});
