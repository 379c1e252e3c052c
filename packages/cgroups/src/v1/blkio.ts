/**
 * Source   Linux, Documentation/admin-guide/cgroup-v1/blkio-controller.rst.
 * Shape    `8:0 Read 4096` lines per device and direction, and a last line `Total 4096`.
 * Facts    v1 counts and throttles only what a process does itself: direct I/O and reads. Writes through the page cache
 *          are done by the kernel's flusher and charged to nobody.
 */
import type { IoLimit } from '../contract.ts';
import type { Controller } from '../controller.ts';

const BYTES = 'blkio.throttle.io_service_bytes_recursive';
const OPS = 'blkio.throttle.io_serviced_recursive';

/** Sum over all devices of one direction. */
export function sumOfDirection(text: string | null, direction: 'Read' | 'Write'): number | null {
  if (text === null) return null;
  return [...text.matchAll(new RegExp(` ${direction} (\\d+)`, 'g'))].reduce((sum, match) => sum + Number(match[1]), 0);
}

const THROTTLES: readonly (readonly [string, (limit: IoLimit) => number | undefined])[] = [
  ['blkio.throttle.read_bps_device', (limit) => limit.readBytesPerSec],
  ['blkio.throttle.write_bps_device', (limit) => limit.writeBytesPerSec],
  ['blkio.throttle.read_iops_device', (limit) => limit.readOpsPerSec],
  ['blkio.throttle.write_iops_device', (limit) => limit.writeOpsPerSec],
];

export const blkio: Controller = {
  name: 'blkio',
  limits: ['io'],
  writes: (limits) =>
    (limits.io ?? []).flatMap((limit, index) =>
      THROTTLES.flatMap(([file, valueIn]) => {
        const value = valueIn(limit);
        return value === undefined ? [] : [{ field: `limits.io.${index}`, file, value: `${limit.device} ${value}` }];
      }),
    ),
  figures(read) {
    const bytes = read(BYTES);
    const ops = read(OPS);
    return {
      ioReadBytes: sumOfDirection(bytes, 'Read'),
      ioWriteBytes: sumOfDirection(bytes, 'Write'),
      ioReadOps: sumOfDirection(ops, 'Read'),
      ioWriteOps: sumOfDirection(ops, 'Write'),
    };
  },
  sources: [{ figure: 'io', formula: 'Read and Write summed over devices', from: [{ file: BYTES }, { file: OPS }] }],
};
