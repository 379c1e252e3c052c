/**
 * Source   Linux, Documentation/admin-guide/cgroup-v1/cpuacct.rst.
 * Units    cpuacct.usage: ns. cpuacct.stat: ticks of USER_HZ, which is 100 for every program on Linux, whatever HZ is.
 */
import type { Controller } from '../controller.ts';
import { parseCount, scaled, valueOf } from '../kernel-text.ts';

const USER_HZ = 100;
const ticksToUsec = (ticks: number | null): number | null => (ticks === null ? null : ticks * (1_000_000 / USER_HZ));

export const cpuacct: Controller = {
  name: 'cpuacct',
  limits: [],
  writes: () => [],
  figures(read) {
    const stat = read('cpuacct.stat');
    return {
      cpuUsageUsec: scaled(parseCount(read('cpuacct.usage')), 1000) ?? 0,
      cpuUserUsec: ticksToUsec(valueOf(stat, 'user')),
      cpuSystemUsec: ticksToUsec(valueOf(stat, 'system')),
    };
  },
  sources: [
    {
      figure: 'cpu',
      formula: '(cpuacct.usage now − cpuacct.usage before) ÷ 1000, over the time between',
      from: [{ file: 'cpuacct.usage' }],
    },
  ],
};
