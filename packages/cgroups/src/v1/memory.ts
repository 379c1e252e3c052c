/**
 * Source   Linux, Documentation/admin-guide/cgroup-v1/memory.rst.
 * Facts    The lines without `total_` tell of this directory alone; `total_` includes what the container made below.
 *          memory.memsw.* limits memory and swap together, so it must stay above memory.limit_in_bytes: the order of the
 *          two writes depends on which way they go. oom_kill counts the victims of this directory alone.
 * Missing  memory.memsw.* without swap accounting. There is no pressure per cgroup on v1.
 */
import { CgroupError } from '../errors.ts';
import type { Controller, LimitWrite, ReadFile } from '../controller.ts';
import { parseCount, parseLimit, valueOf } from '../kernel-text.ts';

const LIMIT = 'memory.limit_in_bytes';
const LIMIT_WITH_SWAP = 'memory.memsw.limit_in_bytes';

const needsMemoryLimit = (): CgroupError =>
  new CgroupError('limit-refused', {
    message: 'Cannot set limits.swapBytes alone: cgroup v1 limits swap only together with memory.',
    mend: 'Give limits.memoryBytes as well, or leave limits.swapBytes out.',
    field: 'limits.swapBytes',
  });

/** memory and memory+swap, in the order in which the kernel takes them. */
function memoryWrites(memoryBytes: number, swapBytes: number | undefined, read: ReadFile): LimitWrite[] {
  const memory = { field: 'limits.memoryBytes', file: LIMIT, value: `${memoryBytes}` };
  if (swapBytes === undefined) return [memory];
  const withSwap = { field: 'limits.swapBytes', file: LIMIT_WITH_SWAP, value: `${memoryBytes + swapBytes}` };
  const withSwapNow = parseLimit(read(LIMIT_WITH_SWAP));
  return withSwapNow !== null && withSwapNow < memoryBytes ? [withSwap, memory] : [memory, withSwap];
}

/** Newer kernels leave memory.failcnt at 0 whatever happens (seen on 6.18), so 0 tells nothing. */
const positive = (count: number | null): number | null => (count === 0 ? null : count);

export const memory: Controller = {
  name: 'memory',
  limits: ['memoryBytes', 'swapBytes'],
  writes({ memoryBytes, swapBytes }, read) {
    const wanted = memoryBytes ?? parseLimit(read(LIMIT)) ?? undefined;
    if (wanted === undefined) {
      if (swapBytes !== undefined) throw needsMemoryLimit();
      return [];
    }
    return memoryBytes === undefined && swapBytes === undefined ? [] : memoryWrites(wanted, swapBytes, read);
  },
  figures(read) {
    const usage = parseCount(read('memory.usage_in_bytes'));
    const stat = read('memory.stat');
    const inactiveFile = valueOf(stat, 'total_inactive_file');
    return {
      // The two files are not read in one instant, so the difference may be below zero for a moment.
      memoryBytes: usage === null || inactiveFile === null ? null : Math.max(0, usage - inactiveFile),
      memoryUsageBytes: usage,
      memoryAnonBytes: valueOf(stat, 'total_rss'),
      memoryFileBytes: valueOf(stat, 'total_cache'),
      memoryPeakBytes: parseCount(read('memory.max_usage_in_bytes')),
      memoryLimitBytes: parseLimit(read(LIMIT)),
      swapBytes: valueOf(stat, 'total_swap'),
      oomKills: valueOf(read('memory.oom_control'), 'oom_kill'),
    };
  },
  events: (read) => ({
    oomKills: valueOf(read('memory.oom_control'), 'oom_kill'),
    memoryLimitHits: positive(parseCount(read('memory.failcnt'))),
  }),
  sources: [
    {
      figure: 'memory',
      formula: 'memory.usage_in_bytes − total_inactive_file',
      from: [{ file: 'memory.usage_in_bytes' }, { file: 'memory.stat', keys: ['total_inactive_file'] }],
    },
    { figure: 'memoryUsage', formula: 'memory.usage_in_bytes', from: [{ file: 'memory.usage_in_bytes' }] },
    { figure: 'memoryPeak', formula: 'memory.max_usage_in_bytes', from: [{ file: 'memory.max_usage_in_bytes' }] },
    { figure: 'memoryLimit', formula: LIMIT, from: [{ file: LIMIT }] },
    { figure: 'swap', formula: 'total_swap of memory.stat', from: [{ file: 'memory.stat', keys: ['total_swap'] }] },
    {
      figure: 'oomKills',
      formula: 'oom_kill of memory.oom_control',
      from: [{ file: 'memory.oom_control', keys: ['under_oom', 'oom_kill'] }],
    },
  ],
};
