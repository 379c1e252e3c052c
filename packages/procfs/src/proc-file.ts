/**
 * Reading files whose process may vanish at any moment.
 *
 * Gone     ENOENT before the open, ESRCH after it; and at the open EINVAL of mountinfo and uid_map, ENXIO of net/*, when the
 *          process has given up its namespaces already. All are ordinary and become `undefined`.
 * Cost     open, read, close and nothing else: the size that fstat tells of such files is always 0.
 */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;
const buffer = Buffer.allocUnsafe(CHUNK_BYTES);

const GONE = new Set<unknown>(['ENOENT', 'ESRCH', 'EINVAL', 'ENXIO']);

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && GONE.has(error.code);

/** To the end: the kernel may hand over one page at a time, however much is asked for. */
function readAll(fd: number): string {
  let text = '';
  for (;;) {
    const count = readSync(fd, buffer, 0, CHUNK_BYTES, null);
    if (count === 0) return text;
    text += buffer.toString('utf8', 0, count);
  }
}

/** The whole text, or `undefined` when the process is gone or this kernel has no such file. */
export function readProcFile(path: string): string | undefined {
  return withFile(path, readAll);
}

/** At most so many bytes of it. */
export function readProcFileHead(path: string, maxBytes: number): string | undefined {
  return withFile(path, (fd) => buffer.toString('utf8', 0, readSync(fd, buffer, 0, maxBytes, null)));
}

function withFile<T>(path: string, read: (fd: number) => T): T | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return read(fd);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The target of a link in /proc, or `undefined`: gone, or (kernel threads, other users' processes) not ours to see. */
export function readProcLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
