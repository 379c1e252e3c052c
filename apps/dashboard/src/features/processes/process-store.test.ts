import type { ProcessInfo } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { ENDED_SHOWN_MS, forgetMarks, NO_PROCESSES, withUpdate } from './process-store.ts';
import { process } from './process-fixture.ts';

const snapshot = (...processes: ProcessInfo[]) => ({ type: 'snapshot' as const, atMs: 1, processes });
const delta = (changed: ProcessInfo[], ended: number[]) => ({ type: 'delta' as const, atMs: 2, changed, ended });

test('what was there when the page opened does not glow', () => {
  const known = withUpdate(NO_PROCESSES, snapshot(process(1), process(2)), 0);

  expect([...known.alive.keys()]).toEqual([1, 2]);
  expect(known.bornAtMs.size).toBe(0);
});

test('a new process glows, and an ended one stays for two seconds', () => {
  const first = withUpdate(NO_PROCESSES, snapshot(process(1), process(2)), 0);
  const then = withUpdate(first, delta([process(3)], [2]), 1000);

  expect([...then.bornAtMs.keys()]).toEqual([3]);
  expect([...then.ended.keys()]).toEqual([2]);
  expect(forgetMarks(then, 1000 + ENDED_SHOWN_MS).ended.size).toBe(0);
});

test('a PID that is used again is a new process', () => {
  const first = withUpdate(NO_PROCESSES, snapshot(process(2, { startedAtMs: 10 })), 0);
  const then = withUpdate(first, delta([process(2, { startedAtMs: 20 })], []), 1000);

  expect([...then.bornAtMs.keys()]).toEqual([2]);
});

test('after a reconnection what ended meanwhile is shown as ended', () => {
  const first = withUpdate(NO_PROCESSES, snapshot(process(1), process(2)), 0);
  const then = withUpdate(first, snapshot(process(1)), 1000);

  expect([...then.ended.keys()]).toEqual([2]);
  expect(then.bornAtMs.size).toBe(0);
});
