/** Source: Linux, Documentation/admin-guide/cgroup-v2.rst, "PID Interface Files". pids counts threads, too. */
import type { Controller } from '../controller.ts';
import { parseCount, parseLimit, valueOf } from '../kernel-text.ts';

/** v1's pids hierarchy has the same three files, so it uses this as it is. */
export const pids: Controller = {
  name: 'pids',
  limits: ['pids'],
  writes: (limits) =>
    limits.pids === undefined ? [] : [{ field: 'limits.pids', file: 'pids.max', value: `${limits.pids}` }],
  figures: (read) => ({
    pids: parseCount(read('pids.current')),
    pidsLimit: parseLimit(read('pids.max')),
    pidsRefused: valueOf(read('pids.events'), 'max'),
  }),
  events: (read) => ({ pidsRefused: valueOf(read('pids.events'), 'max') }),
  sources: [
    { figure: 'pids', formula: 'pids.current (threads count as well)', from: [{ file: 'pids.current' }] },
    {
      figure: 'pidsLimit',
      formula: 'pids.max; "max" of pids.events counts refused forks',
      from: [{ file: 'pids.max' }, { file: 'pids.events', keys: ['max'] }],
    },
  ],
};
