import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecorded } from '@vitrine/testing/recorded';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blkio, countIo } from './blkio.ts';

let sysBlock: string;
beforeEach(() => {
  sysBlock = mkdtempSync(join(tmpdir(), 'vitrine-blkio-'));
  for (const [name, numbers] of Object.entries({ sda: '8:0', nvme0n1: '259:0', loop0: '7:0', 'dm-0': '253:0' })) {
    mkdirSync(join(sysBlock, name));
    writeFileSync(join(sysBlock, name, 'dev'), `${numbers}\n`);
  }
});
afterEach(() => rmSync(sysBlock, { recursive: true }));

test('reads and writes are counted in bytes and requests, totals are not counted again', () => {
  expect(blkio.figures((file) => readRecorded('v1', `cgroup/blkio/${file}`))).toMatchObject({
    ioReadBytes: 4_194_304,
    ioWriteBytes: 4_194_304,
  });
});

test('every disk is asked to count, and what only shows a disk a second time is not', () => {
  const written: string[] = [];
  expect(countIo((file, value) => written.push(`${file} ${value}`), sysBlock)).toBe(true);
  expect(written.toSorted()).toEqual([
    'blkio.throttle.read_bps_device 259:0 0',
    'blkio.throttle.read_bps_device 8:0 0',
  ]);
});

test('a kernel that refuses every disk is told apart, so that its zeros are not shown', () => {
  const refuse = () => {
    throw new Error('EOPNOTSUPP');
  };
  expect(countIo(refuse, sysBlock)).toBe(false);
});

test('each throttle is a file of its own', () => {
  const limits = { io: [{ device: '8:0', readBytesPerSec: 1024, writeOpsPerSec: 5 }] };
  expect(blkio.writes(limits, () => null)).toEqual([
    { field: 'limits.io.0', file: 'blkio.throttle.read_bps_device', value: '8:0 1024' },
    { field: 'limits.io.0', file: 'blkio.throttle.write_iops_device', value: '8:0 5' },
  ]);
});
