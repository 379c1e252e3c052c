import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXIT_RECORD, ExitRecordError, parseExitRecord, parseWaitStatus, readExitRecord } from './exit-record.ts';

const MAGIC = 0x54584556;

function recordBytes(change: (bytes: Buffer) => void = () => undefined): Buffer {
  const bytes = Buffer.alloc(EXIT_RECORD.size_of);
  bytes.writeUInt32LE(MAGIC, EXIT_RECORD.magic);
  bytes.writeUInt32LE(1, EXIT_RECORD.version);
  bytes.writeInt32LE(4711, EXIT_RECORD.pid);
  bytes.writeInt32LE(3 << 8, EXIT_RECORD.wait_status);
  bytes.writeBigUInt64LE(1_700_000_000_000_999_999n, EXIT_RECORD.started_ns);
  bytes.writeBigUInt64LE(1_700_000_001_000_000_000n, EXIT_RECORD.ended_ns);
  change(bytes);
  return bytes;
}

test.each([
  ['exit 0', 0, { code: 0, signal: null, coreDumped: false }],
  ['exit 255', 255 << 8, { code: 255, signal: null, coreDumped: false }],
  ['SIGKILL', 9, { code: null, signal: 9, coreDumped: false }],
  ['SIGSEGV with a core', 11 | 0x80, { code: null, signal: 11, coreDumped: true }],
])('a wait status of %s is read as that', (_, status, expected) => {
  expect(parseWaitStatus(status)).toEqual({ waitStatus: status, ...expected });
});

test('a record tells how PID 1 ended and when it lived', () => {
  expect(parseExitRecord(recordBytes())).toEqual({
    pid: 4711,
    waitStatus: 768,
    code: 3,
    signal: null,
    coreDumped: false,
    startedAtMs: 1_700_000_000_000,
    endedAtMs: 1_700_000_001_000,
    killRequested: null,
    logDroppedBytes: 0,
  });
});

test('a container that was killed before it ran has no start', () => {
  const bytes = recordBytes((record) => {
    record.writeBigUInt64LE(0n, EXIT_RECORD.started_ns);
    record.writeInt32LE(9, EXIT_RECORD.kill_requested);
  });
  expect(parseExitRecord(bytes)).toMatchObject({ startedAtMs: null, killRequested: 9 });
});

test.each([
  ['half of one', recordBytes().subarray(0, 20)],
  ['something else', recordBytes((bytes) => bytes.writeUInt32LE(1, EXIT_RECORD.magic))],
  ['one of a later version', recordBytes((bytes) => bytes.writeUInt32LE(2, EXIT_RECORD.version))],
])('%s is refused, not guessed at', (_, bytes) => {
  expect(() => parseExitRecord(bytes)).toThrow(ExitRecordError);
});

test('a record is looked for in each place, and none is told apart from a bad one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-exit-'));
  try {
    expect(await readExitRecord(join(directory, 'absent'), directory)).toBeUndefined();
    await writeFile(join(directory, 'exit'), recordBytes());
    expect(await readExitRecord(join(directory, 'absent'), directory)).toMatchObject({ code: 3 });
    await writeFile(join(directory, 'exit'), 'x');
    await expect(readExitRecord(directory)).rejects.toThrow(ExitRecordError);
  } finally {
    await rm(directory, { recursive: true });
  }
});
