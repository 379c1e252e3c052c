import type { Exit } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { containerState } from './container-state-badge.tsx';

const ended = (exit: Exit | null) => {
  const { tone, word } = containerState({ status: 'stopped', exit });
  return [tone, word];
};

test('what ended well or was asked for is not red', () => {
  expect(ended({ kind: 'exited', code: 0 })).toEqual(['idle', 'exited 0']);
  expect(
    ended({ kind: 'stopped', by: { kind: 'agent' }, request: 'stop', signal: 'SIGTERM', code: null, escalated: false }),
  ).toEqual(['idle', 'stopped']);
});

test('what nobody asked for is red and says what it was', () => {
  expect(ended({ kind: 'exited', code: 3 })).toEqual(['bad', 'exited 3']);
  expect(
    ended({ kind: 'oom', limitBytes: 1, usageBytes: 1, victim: { pid: 2, containerPid: 1, comm: 'tail' } }),
  ).toEqual(['bad', 'out of memory']);
});

test('an end that nobody saw is neither good nor bad', () => {
  expect(ended({ kind: 'lost', why: 'the host rebooted' })).toEqual(['unknown', 'end unknown']);
  expect(ended(null)).toEqual(['unknown', 'stopped']);
});
