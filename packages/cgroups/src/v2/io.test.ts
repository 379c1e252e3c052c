import { readRecorded } from '@vitrine/testing/recorded';
import { expect, test } from 'vitest';
import { io } from './io.ts';

const figuresOf = (text: string | null) => io.figures((file) => (file === 'io.stat' ? text : null));

test('what was written and read past the page cache is counted in bytes and requests', () => {
  expect(figuresOf(readRecorded('v2', 'cgroup/unified/io.stat'))).toEqual({
    ioReadBytes: 4_194_304,
    ioWriteBytes: 4_194_304,
    ioReadOps: 36,
    ioWriteOps: 36,
    ioPressure: null,
  });
});

test('several disks are added up, and a disk without figures adds nothing', () => {
  const text = '8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n8:16\n254:0 rbytes=10 wbytes=20 rios=30 wios=40\n';
  expect(figuresOf(text)).toMatchObject({ ioReadBytes: 11, ioWriteBytes: 22, ioReadOps: 33, ioWriteOps: 44 });
});

test('before the first request the file is empty, which is zero; without the file it is untold', () => {
  expect(figuresOf('')).toMatchObject({ ioReadBytes: 0, ioWriteOps: 0 });
  expect(figuresOf(null)).toMatchObject({ ioReadBytes: null, ioWriteOps: null });
});

test('each device is one line of what was asked for', () => {
  const limits = {
    io: [
      { device: '8:0', readBytesPerSec: 1024, writeOpsPerSec: 5 },
      { device: '8:16', readOpsPerSec: 7 },
    ],
  };
  expect(io.writes(limits, () => null)).toEqual([
    { field: 'limits.io.0', file: 'io.max', value: '8:0 rbps=1024 wiops=5' },
    { field: 'limits.io.1', file: 'io.max', value: '8:16 riops=7' },
  ]);
});
