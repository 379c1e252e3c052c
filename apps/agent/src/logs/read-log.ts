import type { FileHandle } from 'node:fs/promises';
import { DomainError, type LogLine, type LogPage } from '@vitrine/protocol';
import { parseCriLine } from './cri-line.ts';
import { decodePlace, encodePlace, listLogFiles, openLogFile, type LogFile, type LogPlace } from './log-files.ts';

const CHUNK_BYTES = 64 * 1024;
/** Of one page; a reader goes on with the cursor. */
const PAGE_LINES = 1000;
const PAGE_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** Where in the file the last `wanted` lines begin, reading from its end, and how many there are before the end. */
async function findTailStart(
  handle: FileHandle,
  end: number,
  wanted: number,
): Promise<{ start: number; lines: number }> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let lines = 0;
  for (let to = end; to > 0;) {
    const from = Math.max(0, to - CHUNK_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, to - from, from);
    for (let at = bytesRead - 1; at >= 0; at -= 1) {
      if (buffer[at] !== NEWLINE) continue;
      // The newline at the very end closes the last line; each one before it opens a line.
      if (lines === wanted) return { start: from + at + 1, lines };
      lines += 1;
    }
    to = from;
  }
  return { start: 0, lines };
}

/** The place from which exactly the last `wanted` lines follow, over all files that are still there. */
async function findTail(files: readonly LogFile[], wanted: number): Promise<LogPlace | undefined> {
  let missing = wanted;
  let place: LogPlace | undefined;
  for (const file of files.toReversed()) {
    const handle = await openLogFile(file);
    if (handle === undefined) break;
    try {
      const { start, lines } = await findTailStart(handle, file.bytes, missing);
      place = { identity: file.identity, offset: start };
      missing -= lines;
      if (start > 0) break;
    } finally {
      await handle.close();
    }
    if (missing <= 0) break;
  }
  return place;
}

/** Whole lines from `offset` on; a line that is still being written is left for the next time. */
export async function readLines(handle: FileHandle, offset: number): Promise<{ lines: LogLine[]; offset: number }> {
  const lines: LogLine[] = [];
  let at = offset;
  let size = CHUNK_BYTES;
  while (lines.length < PAGE_LINES && at - offset < PAGE_BYTES) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, at);
    const whole = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
    if (whole === 0 && bytesRead === size && size < PAGE_BYTES) {
      size *= 2;
      continue;
    }
    if (whole === 0) break;
    for (const text of buffer.toString('utf8', 0, whole - 1).split('\n')) {
      const line = parseCriLine(text);
      if (line !== undefined) lines.push(line);
    }
    at += whole;
  }
  return { lines, offset: at };
}

/** The file after the one a reader has finished; the oldest when its own is gone. */
export function nextFile(files: readonly LogFile[], identity: string): LogFile | undefined {
  const index = files.findIndex((file) => file.identity === identity);
  return files[index + 1];
}

async function placeOf(
  files: readonly LogFile[],
  from: { tail: number } | { cursor: string },
): Promise<LogPlace | undefined> {
  if ('tail' in from) return await findTail(files, from.tail);
  if (from.cursor === '') return files[0] === undefined ? undefined : { identity: files[0].identity, offset: 0 };
  const place = decodePlace(from.cursor);
  if (place === undefined) {
    throw new DomainError('invalid-input', {
      message: `cursor: "${from.cursor}" is not a place in a log.`,
      mend: 'Hand back the cursor of an earlier page as it was.',
      field: 'cursor',
    });
  }
  if (files.some((file) => file.identity === place.identity)) return place;
  // What the cursor named was rotated away: go on with the oldest that is left.
  return files[0] === undefined ? place : { identity: files[0].identity, offset: 0 };
}

/** One page of a container's log: its last lines, or what follows a cursor. Never reads more than it answers with. */
export async function readLog(directory: string, from: { tail: number } | { cursor: string }): Promise<LogPage> {
  const files = await listLogFiles(directory);
  const wanted = 'tail' in from ? from.tail : PAGE_LINES;
  let place = await placeOf(files, from);
  const lines: LogLine[] = [];
  while (place !== undefined && lines.length < wanted) {
    const { identity, offset } = place;
    const file = files.find((candidate) => candidate.identity === identity);
    const handle = file === undefined ? undefined : await openLogFile(file);
    if (handle === undefined) break;
    try {
      const found = await readLines(handle, offset);
      lines.push(...found.lines);
      place = { identity, offset: found.offset };
      if (found.offset > offset) continue;
    } finally {
      await handle.close();
    }
    const next = nextFile(files, identity);
    if (next === undefined) break;
    place = { identity: next.identity, offset: 0 };
  }
  return { lines, cursor: place === undefined ? '' : encodePlace(place) };
}
