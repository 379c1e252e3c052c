/** Source: Linux, Documentation/scheduler/sched-bwc.rst. throttled_time is in ns; usage is cpuacct's. */
import { cpuQuota, type Controller, type LimitWrite } from '../controller.ts';
import { scaled, valueOf } from '../kernel-text.ts';

/**
 * v2's weight as v1's shares. The kernel itself keeps both as the same number, 1024 for the default weight of 100, so a
 * straight ratio means the same on both; 2 is the least that cpu.shares takes.
 */
export const sharesOfWeight = (weight: number): number => Math.max(2, Math.round((weight * 1024) / 100));

export const cpu: Controller = {
  name: 'cpu',
  limits: ['cpuCores', 'cpuWeight'],
  writes({ cpuCores, cpuWeight }) {
    const writes: LimitWrite[] = [];
    if (cpuCores !== undefined) {
      const { quotaUsec, periodUsec } = cpuQuota(cpuCores);
      writes.push({ field: 'limits.cpuCores', file: 'cpu.cfs_period_us', value: `${periodUsec}` });
      writes.push({ field: 'limits.cpuCores', file: 'cpu.cfs_quota_us', value: `${quotaUsec}` });
    }
    if (cpuWeight !== undefined)
      writes.push({ field: 'limits.cpuWeight', file: 'cpu.shares', value: `${sharesOfWeight(cpuWeight)}` });
    return writes;
  },
  figures(read) {
    const stat = read('cpu.stat');
    return {
      cpuPeriods: valueOf(stat, 'nr_periods'),
      cpuThrottledPeriods: valueOf(stat, 'nr_throttled'),
      cpuThrottledUsec: scaled(valueOf(stat, 'throttled_time'), 1000),
    };
  },
  sources: [
    {
      figure: 'cpuThrottled',
      formula: 'nr_throttled of nr_periods; throttled_time ÷ 1000 in all',
      from: [{ file: 'cpu.stat', keys: ['nr_periods', 'nr_throttled', 'throttled_time'] }],
    },
  ],
};
