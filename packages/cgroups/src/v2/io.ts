/**
 * Source   Linux, Documentation/admin-guide/cgroup-v2.rst, "IO Interface Files".
 * Shape    io.stat: one line a device, `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0`; empty before the first
 *          request; a device may stand alone on its line.
 */
import type { IoLimit } from '../contract.ts';
import type { Controller } from '../controller.ts';
import { parsePressure } from '../kernel-text.ts';

/** Sum over all devices of one key of io.stat. */
export function sumOfKey(text: string | null, key: string): number | null {
  if (text === null) return null;
  return [...text.matchAll(new RegExp(` ${key}=(\\d+)`, 'g'))].reduce((sum, match) => sum + Number(match[1]), 0);
}

const throttle = (limit: IoLimit): string =>
  [
    limit.device,
    ...(
      [
        ['rbps', limit.readBytesPerSec],
        ['wbps', limit.writeBytesPerSec],
        ['riops', limit.readOpsPerSec],
        ['wiops', limit.writeOpsPerSec],
      ] as const
    ).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])),
  ].join(' ');

export const io: Controller = {
  name: 'io',
  limits: ['io'],
  writes: (limits) =>
    (limits.io ?? []).map((limit, index) => ({ field: `limits.io.${index}`, file: 'io.max', value: throttle(limit) })),
  figures(read) {
    const stat = read('io.stat');
    return {
      ioReadBytes: sumOfKey(stat, 'rbytes'),
      ioWriteBytes: sumOfKey(stat, 'wbytes'),
      ioReadOps: sumOfKey(stat, 'rios'),
      ioWriteOps: sumOfKey(stat, 'wios'),
      ioPressure: parsePressure(read('io.pressure')),
    };
  },
  sources: [
    { figure: 'io', formula: 'rbytes, wbytes, rios and wios summed over devices', from: [{ file: 'io.stat' }] },
    { figure: 'ioPressure', formula: 'avg10 of the "some" line', from: [{ file: 'io.pressure', keys: ['some'] }] },
  ],
};
