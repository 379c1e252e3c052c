import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@vitrine/kernel';

const EXIT_MAGIC = 0x54584556;
const EXIT_VERSION = 1;

/** `struct exit_record` of packages/shim/c/control.h. */
export const EXIT_RECORD = {
  magic: 0,
  version: 4,
  pid: 8,
  wait_status: 12,
  started_ns: 16,
  ended_ns: 24,
  log_dropped_bytes: 32,
  kill_requested: 40,
  size_of: 48,
} as const;

const NS_PER_MS = 1_000_000n;

/** How PID 1 ended. Exactly one of `code` and `signal` is there. */
export type ExitRecord = {
  pid: number;
  /** As wait4(2) gave it. */
  waitStatus: number;
  code: number | null;
  signal: number | null;
  coreDumped: boolean;
  /** null: it was never exec'd, since it was killed while it waited for `start`. */
  startedAtMs: number | null;
  endedAtMs: number;
  /** The last signal that was asked for over the control socket. */
  killRequested: number | null;
  /** Output that the disk did not take. */
  logDroppedBytes: number;
};

export class ExitRecordError extends Error {
  override readonly name = 'ExitRecordError';
}

/** The parts of a wait status, as the macros of wait(2) read them. */
export function parseWaitStatus(status: number): Pick<ExitRecord, 'waitStatus' | 'code' | 'signal' | 'coreDumped'> {
  const signal = status & 0x7f;
  return {
    waitStatus: status,
    code: signal === 0 ? (status >> 8) & 0xff : null,
    signal: signal === 0 ? null : signal,
    coreDumped: signal !== 0 && (status & 0x80) !== 0,
  };
}

export const epochMs = (ns: bigint): number => Number(ns / NS_PER_MS);

/** Throws ExitRecordError when `content` is not a whole record of a version we know. */
export function parseExitRecord(content: Uint8Array): ExitRecord {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length !== EXIT_RECORD.size_of || bytes.readUInt32LE(EXIT_RECORD.magic) !== EXIT_MAGIC) {
    throw new ExitRecordError(`These ${bytes.length} bytes are no exit record.`);
  }
  const version = bytes.readUInt32LE(EXIT_RECORD.version);
  if (version !== EXIT_VERSION) throw new ExitRecordError(`Exit record version ${version} is not known.`);
  const startedNs = bytes.readBigUInt64LE(EXIT_RECORD.started_ns);
  const killRequested = bytes.readInt32LE(EXIT_RECORD.kill_requested);
  return {
    pid: bytes.readInt32LE(EXIT_RECORD.pid),
    ...parseWaitStatus(bytes.readInt32LE(EXIT_RECORD.wait_status)),
    startedAtMs: startedNs === 0n ? null : epochMs(startedNs),
    endedAtMs: epochMs(bytes.readBigUInt64LE(EXIT_RECORD.ended_ns)),
    killRequested: killRequested === 0 ? null : killRequested,
    logDroppedBytes: Number(bytes.readBigUInt64LE(EXIT_RECORD.log_dropped_bytes)),
  };
}

/**
 * What the shim left in one of `directories`, or undefined when there is nothing: the container still runs, or its shim
 * was killed. Give the container's directory first, then the task's, where the shim turns to when the disk refuses.
 */
export async function readExitRecord(...directories: string[]): Promise<ExitRecord | undefined> {
  for (const directory of directories) {
    try {
      return parseExitRecord(await readFile(join(directory, 'exit')));
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }
  return undefined;
}
