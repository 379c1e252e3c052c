/** Source: Linux, Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files". cpu.stat's usage is there even without the controller. */
import { cpuQuota, type Controller, type LimitWrite } from '../controller.ts';
import { parsePressure, valueOf } from '../kernel-text.ts';

export const cpu: Controller = {
  name: 'cpu',
  limits: ['cpuCores', 'cpuWeight'],
  writes({ cpuCores, cpuWeight }) {
    const writes: LimitWrite[] = [];
    if (cpuCores !== undefined) {
      const { quotaUsec, periodUsec } = cpuQuota(cpuCores);
      writes.push({ field: 'limits.cpuCores', file: 'cpu.max', value: `${quotaUsec} ${periodUsec}` });
    }
    if (cpuWeight !== undefined) writes.push({ field: 'limits.cpuWeight', file: 'cpu.weight', value: `${cpuWeight}` });
    return writes;
  },
  figures(read) {
    const stat = read('cpu.stat');
    return {
      cpuUsageUsec: valueOf(stat, 'usage_usec') ?? 0,
      cpuUserUsec: valueOf(stat, 'user_usec'),
      cpuSystemUsec: valueOf(stat, 'system_usec'),
      cpuPeriods: valueOf(stat, 'nr_periods'),
      cpuThrottledPeriods: valueOf(stat, 'nr_throttled'),
      cpuThrottledUsec: valueOf(stat, 'throttled_usec'),
      cpuPressure: parsePressure(read('cpu.pressure')),
    };
  },
  sources: [
    {
      figure: 'cpu',
      formula: 'usage_usec now − usage_usec before, over the time between',
      from: [{ file: 'cpu.stat', keys: ['usage_usec'] }],
    },
    {
      figure: 'cpuThrottled',
      formula: 'nr_throttled of nr_periods; throttled_usec in all',
      from: [{ file: 'cpu.stat', keys: ['nr_periods', 'nr_throttled', 'throttled_usec'] }],
    },
    { figure: 'cpuPressure', formula: 'avg10 of the "some" line', from: [{ file: 'cpu.pressure', keys: ['some'] }] },
  ],
};
