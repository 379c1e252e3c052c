/**
 * Source   Linux, Documentation/admin-guide/cgroup-v1/blkio-controller.rst.
 * Shape    `8:0 Read 4096` lines per device and direction, and a last line `Total 4096`.
 * Facts    v1 counts and throttles only what a process does itself: reads, direct I/O and fsync. Other writes through the
 *          page cache are done by the kernel's flusher and charged to nobody.
 *          Since Linux 6.10 nothing is counted on a disk before somebody has set a rule for it, hence `countIo`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { IoLimit } from '../contract.ts';
import type { Controller } from '../controller.ts';

/** Devices that are memory, or show another device's requests a second time. */
const NOT_A_DISK = /^(loop|ram|zram|dm-|md|fd|sr)/;

const READ_RULE = 'blkio.throttle.read_bps_device';

/**
 * Makes the kernel count the requests of our cgroups on every disk, by a rule of 0, which limits nothing and is not kept.
 * Answers whether any disk is counted now; one that is plugged in later is not.
 */
export function countIo(write: (file: string, value: string) => void, sysBlock = '/sys/block'): boolean {
  const counted = readdirSync(sysBlock)
    .filter((name) => !NOT_A_DISK.test(name))
    .map((name) => {
      try {
        write(READ_RULE, `${readFileSync(`${sysBlock}/${name}/dev`, 'latin1').trim()} 0`);
        return true;
      } catch {
        // A disk without medium, or a kernel built without throttling: then its figures are missing, not wrong.
        return false;
      }
    });
  return counted.includes(true);
}

const BYTES = 'blkio.throttle.io_service_bytes_recursive';
const OPS = 'blkio.throttle.io_serviced_recursive';

/** Sum over all devices of one direction. */
export function sumOfDirection(text: string | null, direction: 'Read' | 'Write'): number | null {
  if (text === null) return null;
  return [...text.matchAll(new RegExp(` ${direction} (\\d+)`, 'g'))].reduce((sum, match) => sum + Number(match[1]), 0);
}

const THROTTLES: readonly (readonly [string, (limit: IoLimit) => number | undefined])[] = [
  [READ_RULE, (limit) => limit.readBytesPerSec],
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
