/**
 * Source   Linux, Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files".
 * Missing  memory.peak came with 5.19; memory.swap.* is absent without swap accounting; memory.pressure without PSI.
 */
import type { Controller, LimitWrite } from '../controller.ts';
import { parseCount, parseLimit, parsePressure, valueOf } from '../kernel-text.ts';

export const memory: Controller = {
  name: 'memory',
  limits: ['memoryBytes', 'swapBytes'],
  writes({ memoryBytes, swapBytes }) {
    const writes: LimitWrite[] = [];
    if (memoryBytes !== undefined)
      writes.push({ field: 'limits.memoryBytes', file: 'memory.max', value: `${memoryBytes}` });
    if (swapBytes !== undefined)
      writes.push({ field: 'limits.swapBytes', file: 'memory.swap.max', value: `${swapBytes}` });
    return writes;
  },
  figures(read) {
    const usage = parseCount(read('memory.current'));
    const stat = read('memory.stat');
    const inactiveFile = valueOf(stat, 'inactive_file');
    return {
      // The two files are not read in one instant, so the difference may be below zero for a moment.
      memoryBytes: usage === null || inactiveFile === null ? null : Math.max(0, usage - inactiveFile),
      memoryUsageBytes: usage,
      memoryAnonBytes: valueOf(stat, 'anon'),
      memoryFileBytes: valueOf(stat, 'file'),
      memoryPeakBytes: parseCount(read('memory.peak')),
      memoryLimitBytes: parseLimit(read('memory.max')),
      swapBytes: parseCount(read('memory.swap.current')),
      oomKills: valueOf(read('memory.events'), 'oom_kill'),
      memoryPressure: parsePressure(read('memory.pressure')),
    };
  },
  events(read) {
    const events = read('memory.events');
    return { oomKills: valueOf(events, 'oom_kill'), memoryLimitHits: valueOf(events, 'max') };
  },
  sources: [
    {
      figure: 'memory',
      formula: 'memory.current − inactive_file',
      from: [{ file: 'memory.current' }, { file: 'memory.stat', keys: ['inactive_file'] }],
    },
    { figure: 'memoryUsage', formula: 'memory.current', from: [{ file: 'memory.current' }] },
    { figure: 'memoryPeak', formula: 'memory.peak', from: [{ file: 'memory.peak' }] },
    { figure: 'memoryLimit', formula: 'memory.max', from: [{ file: 'memory.max' }] },
    { figure: 'swap', formula: 'memory.swap.current', from: [{ file: 'memory.swap.current' }] },
    {
      figure: 'oomKills',
      formula: 'oom_kill of memory.events',
      from: [{ file: 'memory.events', keys: ['oom', 'oom_kill'] }],
    },
    {
      figure: 'memoryPressure',
      formula: 'avg10 of the "some" line',
      from: [{ file: 'memory.pressure', keys: ['some'] }],
    },
  ],
};
