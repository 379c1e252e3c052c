import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { memory } from './memory.ts';

const recorded = (file: string) => (file === 'memory.pressure' ? null : readRecorded('v2', `cgroup/unified/${file}`));

test('memory is what is charged without page cache that could be dropped', () => {
  expect(memory.figures(recorded)).toEqual({
    memoryBytes: 892_928 - 86_016,
    memoryUsageBytes: 892_928,
    memoryAnonBytes: 294_912,
    memoryFileBytes: 86_016,
    memoryPeakBytes: 1_961_984,
    memoryLimitBytes: 67_108_864,
    swapBytes: 0,
    oomKills: 0,
    memoryPressure: null,
  });
});

test('a kernel without memory.peak and swap accounting leaves these two untold', () => {
  const older = (file: string) => (/peak|swap/.test(file) ? null : recorded(file));
  expect(memory.figures(older)).toMatchObject({ memoryPeakBytes: null, swapBytes: null, memoryUsageBytes: 892_928 });
});

test('page cache that was counted a moment later never makes memory negative', () => {
  const later = (file: string) => (file === 'memory.current' ? '4096\n' : recorded(file));
  expect(memory.figures(later).memoryBytes).toBe(0);
});

test('limits are two files, and forbidding swap is a 0 that is written', () => {
  expect(memory.writes({ memoryBytes: 1024, swapBytes: 0 }, recorded)).toEqual([
    { field: 'limits.memoryBytes', file: 'memory.max', value: '1024' },
    { field: 'limits.swapBytes', file: 'memory.swap.max', value: '0' },
  ]);
});

test('a limit that was hit is told apart from a process that was killed', () => {
  const events = () => 'low 0\nhigh 0\nmax 17\noom 3\noom_kill 1\noom_group_kill 0\n';
  expect(memory.events?.(events)).toEqual({ oomKills: 1, memoryLimitHits: 17 });
});
