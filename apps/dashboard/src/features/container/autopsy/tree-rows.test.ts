import type { ProcessInfo } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { asTree } from './tree-rows.ts';

const process = (pid: number, ppid: number): ProcessInfo => ({
  pid,
  ppid,
  containerPid: null,
  uid: 0,
  comm: 'sh',
  commandLine: [],
  state: 'sleeping',
  cpuPct: null,
  rssBytes: 0,
  threads: 1,
  startedAtMs: 0,
  containerId: null,
  role: { kind: 'plain' },
});

test('children stand below their parent, orphans at the root', () => {
  const rows = asTree([process(12, 10), process(10, 9), process(11, 10), process(13, 12), process(20, 7)]);

  expect(rows.map(({ process: { pid }, depth }) => [pid, depth])).toEqual([
    [10, 0],
    [11, 1],
    [12, 1],
    [13, 2],
    [20, 0],
  ]);
});
