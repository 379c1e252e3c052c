import { applyProcessUpdate, type ProcessInfo, type ProcessUpdate } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { joinUpdates } from './process-feed.ts';

const process = (pid: number, comm = 'sh'): ProcessInfo => ({
  pid,
  containerPid: null,
  ppid: 1,
  uid: 0,
  comm,
  commandLine: [comm],
  state: 'sleeping',
  cpuPct: 0,
  rssBytes: 0,
  threads: 1,
  startedAtMs: 0,
  containerId: null,
  role: { kind: 'plain' },
});
const delta = (changed: ProcessInfo[], ended: number[]): ProcessUpdate => ({ type: 'delta', atMs: 1, changed, ended });

test('a slow reader ends with the same tree as one that took every update', () => {
  const updates = [
    delta([process(1), process(2)], []),
    delta([process(3)], [2]),
    delta([process(2, 'again')], [3]),
    delta([process(1, 'renamed')], []),
  ];
  const start = new Map([[3, process(3)]]);

  const quick = updates.reduce((known, update) => applyProcessUpdate(known, update), start);
  const slow = applyProcessUpdate(start, updates.reduce(joinUpdates));

  const tree = (known: ReadonlyMap<number, ProcessInfo>) => [...known.values()].toSorted((a, b) => a.pid - b.pid);
  expect(tree(slow)).toEqual(tree(quick));
  expect(new Set(slow.keys())).toEqual(new Set([1, 2]));
});

test('a snapshot that was not taken yet takes in what changed since', () => {
  const snapshot: ProcessUpdate = { type: 'snapshot', atMs: 0, processes: [process(1), process(2)] };

  expect(joinUpdates(snapshot, delta([process(3)], [1]))).toEqual({
    type: 'snapshot',
    atMs: 1,
    processes: [process(2), process(3)],
  });
});
