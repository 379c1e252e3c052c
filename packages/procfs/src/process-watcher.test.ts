import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORDED_CONTAINER, RECORDED_PIDS, recordedPath } from '@vitrine/testing/recorded';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessWatcher } from './process-watcher.ts';
import { openProcfs } from './procfs.ts';

const { odd, unshare, sleep } = RECORDED_PIDS.v1;

let root: string;
let watcher: ProcessWatcher;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-procfs-'));
  cpSync(recordedPath('v1', 'proc'), root, { recursive: true, verbatimSymlinks: true });
  watcher = new ProcessWatcher({
    procfs: openProcfs({ root }),
    cgroupParent: 'vitrine-recording',
    agentPid: odd,
    shims: () => new Map([[unshare, RECORDED_CONTAINER]]),
  });
});
afterEach(() => rmSync(root, { recursive: true }));

/** Rewrites one field of a stat file, counted as in proc_pid_stat(5). */
function setStat(pid: number, position: number, value: string): void {
  const path = join(root, `${pid}/stat`);
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf(')') + 2;
  const fields = text.slice(end).split(' ');
  fields[position - 3] = value;
  writeFileSync(path, text.slice(0, end) + fields.join(' '));
}

test('the first scan tells of everybody, and the next of nobody when nothing has changed', () => {
  expect(watcher.scan(1000).changed.map(({ pid }) => pid)).toEqual(Object.values(RECORDED_PIDS.v1));
  // The second gives everybody the first CPU figure.
  watcher.scan(2000);
  expect(watcher.scan(3000)).toEqual({ atMs: 3000, changed: [], ended: [] });
  expect(watcher.snapshot()).toHaveLength(5);
});

test('CPU is the share of one core between two scans', () => {
  watcher.scan(1000);
  setStat(sleep, 14, '150');
  expect(watcher.scan(3000).changed.find(({ pid }) => pid === sleep)?.cpuPct).toBe(75);
  expect(watcher.scan(4000).changed.map(({ pid, cpuPct }) => [pid, cpuPct])).toEqual([[sleep, 0]]);
});

test('who has ended is named once', () => {
  watcher.scan(1000);
  rmSync(join(root, `${sleep}`), { recursive: true });
  expect(watcher.scan(2000).ended).toEqual([sleep]);
  expect(watcher.scan(3000).ended).toEqual([]);
  expect(watcher.get(sleep)).toBeUndefined();
});

test('a PID used anew is another process: no CPU figure, another start, another command line', () => {
  const before = watcher.scan(1000).changed.find(({ pid }) => pid === sleep);
  setStat(sleep, 22, '99999999');
  writeFileSync(join(root, `${sleep}/cmdline`), 'other\0');

  const after = watcher.scan(2000).changed.find(({ pid }) => pid === sleep);
  expect(after).toMatchObject({ commandLine: ['other'], cpuPct: null });
  expect(after?.startedAtMs).not.toBe(before?.startedAtMs);
});

test('an exec is seen at once by the new name, and a silent change of the command line within ten scans', () => {
  for (let scan = 1; scan <= 10; scan += 1) watcher.scan(scan * 1000);
  const path = join(root, `${odd}/stat`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('odd) (R name', 'after'));
  writeFileSync(join(root, `${odd}/cmdline`), 'after\0exec\0');
  expect(watcher.scan(11_000).changed).toMatchObject([{ pid: odd, comm: 'after', commandLine: ['after', 'exec'] }]);

  writeFileSync(join(root, `${odd}/cmdline`), 'title set anew\0');
  const seen = Array.from({ length: 10 }, (_, scan) => watcher.scan(12_000 + scan * 1000).changed).flat();
  expect(seen).toMatchObject([{ pid: odd, commandLine: ['title set anew'] }]);
});

test('the agent, a shim and a container’s process are told apart', () => {
  watcher.scan(1000);
  expect(watcher.get(odd)?.role).toEqual({ kind: 'agent' });
  expect(watcher.get(unshare)?.role).toEqual({ kind: 'shim', containerId: RECORDED_CONTAINER });
  expect(watcher.get(sleep)).toMatchObject({ role: { kind: 'plain' }, containerId: RECORDED_CONTAINER });
});

test('on the real /proc this very process is found running', () => {
  const live = new ProcessWatcher({ procfs: openProcfs(), cgroupParent: 'vitrine', agentPid: process.pid });
  live.scan();
  expect(live.get(process.pid)).toMatchObject({ ppid: process.ppid, role: { kind: 'agent' }, state: 'running' });
});
