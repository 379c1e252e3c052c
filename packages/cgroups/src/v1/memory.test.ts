import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { memory } from './memory.ts';

const recorded = (file: string) => readRecorded('v1', `cgroup/memory/${file}`);
const UNLIMITED = '9223372036854771712\n';

test('memory counts what is below, and leaves out page cache that could be dropped', () => {
  expect(memory.figures(recorded)).toEqual({
    memoryBytes: 839_680,
    memoryUsageBytes: 839_680,
    memoryAnonBytes: 307_200,
    memoryFileBytes: 0,
    memoryPeakBytes: 2_002_944,
    memoryLimitBytes: 67_108_864,
    swapBytes: 0,
    oomKills: 0,
  });
});

test('the lines of the directory alone are not taken for those of everything below', () => {
  const stat = 'inactive_file 1\nrss 2\ncache 3\ntotal_cache 300\ntotal_rss 200\ntotal_inactive_file 100\n';
  const figures = memory.figures((file) => (file === 'memory.stat' ? stat : '1000\n'));
  expect(figures).toMatchObject({ memoryBytes: 900, memoryAnonBytes: 200, memoryFileBytes: 300, swapBytes: null });
});

test.each([
  ['fresh', UNLIMITED, ['memory.limit_in_bytes=2048', 'memory.memsw.limit_in_bytes=2048']],
  ['lowered', '4096\n', ['memory.limit_in_bytes=2048', 'memory.memsw.limit_in_bytes=2048']],
  ['raised', '1024\n', ['memory.memsw.limit_in_bytes=2048', 'memory.limit_in_bytes=2048']],
])('memory with swap never stands below memory while a limit is %s', (_, withSwapNow, order) => {
  const writes = memory.writes({ memoryBytes: 2048, swapBytes: 0 }, () => withSwapNow);
  expect(writes.map(({ file, value }) => `${file}=${value}`)).toEqual(order);
});

test('swap alone is counted on top of the memory limit that stands there', () => {
  const writes = memory.writes({ swapBytes: 1024 }, (file) => (file.includes('memsw') ? UNLIMITED : '2048\n'));
  expect(writes).toContainEqual({ field: 'limits.swapBytes', file: 'memory.memsw.limit_in_bytes', value: '3072' });
});

test('swap alone without any memory limit is refused with what to do', () => {
  expect(() => memory.writes({ swapBytes: 0 }, () => UNLIMITED)).toThrow(
    expect.objectContaining({
      field: 'limits.swapBytes',
      mend: expect.stringContaining('limits.memoryBytes') as string,
    }),
  );
});

test('a failure counter of 0 tells nothing on kernels that no longer count', () => {
  const read = (failcnt: string) => (file: string) => (file === 'memory.failcnt' ? failcnt : 'oom_kill 2\n');
  expect(memory.events?.(read('0\n'))).toEqual({ oomKills: 2, memoryLimitHits: null });
  expect(memory.events?.(read('9\n'))).toEqual({ oomKills: 2, memoryLimitHits: 9 });
});
