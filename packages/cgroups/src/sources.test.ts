import { expect, test } from 'vitest';
import { describeSources } from './sources.ts';

const RECIPE = {
  figure: 'memory',
  formula: 'memory.current − inactive_file',
  from: [{ file: 'memory.current' }, { file: 'memory.stat', keys: ['inactive_file'] }],
} as const;
const FILES: Record<string, string> = {
  'memory.current': '4096\n',
  'memory.stat': 'anon 1\ninactive_file 1024\nslab 2\n',
};

test('a figure shows its files, the lines that count, and a command for both', () => {
  const [source] = describeSources([RECIPE], '/sys/fs/cgroup/v/c', (file) => FILES[file] ?? null);
  expect(source).toMatchObject({
    figure: 'memory',
    formula: 'memory.current − inactive_file',
    readings: [
      { path: '/sys/fs/cgroup/v/c/memory.current', text: '4096' },
      { path: '/sys/fs/cgroup/v/c/memory.stat', text: 'inactive_file 1024' },
    ],
    command: "cat /sys/fs/cgroup/v/c/memory.current; grep -E '^(inactive_file) ' /sys/fs/cgroup/v/c/memory.stat",
  });
});

test('a figure whose own file is missing has no source', () => {
  expect(describeSources([RECIPE], '/x', (file) => (file === 'memory.stat' ? 'inactive_file 1\n' : null))).toEqual([]);
});
