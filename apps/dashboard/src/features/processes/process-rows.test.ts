import { ContainerId } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { process } from './process-fixture.ts';
import { processRows, shortCommandOf, type ProcessRow, type RowOptions } from './process-rows.ts';
import { NO_PROCESSES, withUpdate } from './process-store.ts';

const web = ContainerId.parse('a'.repeat(64));
const options: RowOptions = {
  view: 'tree',
  sort: { column: 'pid', descending: false },
  filter: '',
  folded: new Set(),
};

const known = withUpdate(
  NO_PROCESSES,
  {
    type: 'snapshot',
    atMs: 0,
    processes: [
      process(1, { comm: 'init' }),
      process(20, { ppid: 1, comm: 'shim', role: { kind: 'shim', containerId: web } }),
      process(21, { ppid: 20, containerPid: 1, containerId: web, comm: 'nginx', cpuPct: 0 }),
      process(22, { ppid: 21, containerPid: 7, containerId: web, comm: 'worker', cpuPct: 12, commandLine: ['worker'] }),
      process(23, { ppid: 21, containerPid: 8, containerId: web, comm: 'worker', cpuPct: 40, commandLine: ['worker'] }),
      process(30, { ppid: 1, comm: 'cron' }),
    ],
  },
  0,
);

/** One word a row: PID, branches as drawn, edge of the glass. */
const drawn = (rows: readonly ProcessRow[]): string[] =>
  rows.map(({ process: { pid }, branches, edge }) =>
    [branches.map((goesOn) => (goesOn ? '├' : '└')).join(''), pid, edge ?? ''].join(' ').trim(),
  );

test('the tree is the host’s, with one glass around the container', () => {
  expect(drawn(processRows(known, options))).toEqual([
    '1',
    '├ 20',
    '├└ 21 top',
    '├└├ 22 middle',
    '├└└ 23 bottom',
    '└ 30',
  ]);
});

test('a folded process says how many it hides', () => {
  const rows = processRows(known, { ...options, folded: new Set([20]) });

  expect(drawn(rows)).toEqual(['1', '├ 20', '└ 30']);
  expect(rows[1]?.folded).toBe(3);
});

test('a filter keeps the way from the root to what it finds', () => {
  expect(drawn(processRows(known, { ...options, filter: 'worker' }))).toEqual([
    '1',
    '└ 20',
    '└└ 21 top',
    '└└├ 22 middle',
    '└└└ 23 bottom',
  ]);
  expect(processRows(known, { ...options, filter: '7' }).map(({ process: { pid } }) => pid)).toEqual([1, 20, 21, 22]);
});

test('the flat list has the busiest first and those of unknown use last', () => {
  const rows = processRows(known, { ...options, view: 'flat', sort: { column: 'cpu', descending: true } });

  expect(rows.slice(0, 2).map(({ process: { pid } }) => pid)).toEqual([23, 22]);
});

test('a process whose parent is not among those shown is a root', () => {
  const alone = withUpdate(
    NO_PROCESSES,
    { type: 'snapshot', atMs: 0, processes: [process(21, { ppid: 20 }), process(22, { ppid: 21 })] },
    0,
  );

  expect(drawn(processRows(alone, options))).toEqual(['21', '└ 22']);
});

test('an ended process keeps its place in the tree while it fades', () => {
  const then = withUpdate(known, { type: 'delta', atMs: 1, changed: [], ended: [22] }, 100);
  const row = processRows(then, options).find(({ process: { pid } }) => pid === 22);

  expect(row).toMatchObject({ ended: true, edge: 'middle' });
});

test('a short command is the program without its directory, and the script instead of its interpreter', () => {
  const short = (comm: string, ...commandLine: string[]) => shortCommandOf({ comm, commandLine });

  expect(short('nginx', '/usr/sbin/nginx', '-g', 'daemon off;')).toBe('nginx -g daemon off;');
  expect(short('burn-cpu', '/bin/sh', '/usr/local/bin/burn-cpu', '1')).toBe('burn-cpu 1');
  expect(short('a-very-long-nam', '/bin/sh', '/bin/a-very-long-name')).toBe('a-very-long-name');
  expect(short('sh', 'sh', '-c', 'burn-cpu 1')).toBe('sh -c burn-cpu 1');
  expect(short('renamed', '/bin/sleep', '9')).toBe('sleep 9');
  expect(short('kworker/0:1')).toBe('[kworker/0:1]');
});
