/** open(2) and openat2(2), and reading files that a hostile image may have put there. */
import { constants, fstatSync, readSync } from 'node:fs';
import { Fd } from '../fd.ts';
import { AT, flagNames, O, RESOLVE } from '../flags.ts';
import { check, libc, NR } from './libc.ts';

const OPEN_HOW_BYTES = 24;

const libcOpen: (path: string, flags: number, mode: number) => number = libc.func('open', 'int', ['str', 'int', 'int']);
const libcOpenat2: (nr: number, dir: number, path: string, how: Buffer, size: number) => number = libc.func(
  'syscall',
  'long',
  ['long', 'int', 'str', 'void *', 'size_t'],
);

/** A file that we do not read: no regular file, or larger than we allow. */
export class FileRefusedError extends Error {
  override readonly name = 'FileRefusedError';
}

export function openFile(path: string, flags: number, mode = 0): Fd {
  return Fd.adopt(check('open', [path, flagNames('O_', O, flags)], libcOpen(path, flags | O.CLOEXEC, mode)));
}

export const openDirectory = (path: string): Fd => openFile(path, O.PATH | O.DIRECTORY);

/** struct open_how: flags, mode, resolve, 64 bits each. */
export function openat2(dir: Fd, path: string, how: { flags: number; mode?: number; resolve: number }): Fd {
  const struct = Buffer.alloc(OPEN_HOW_BYTES);
  struct.writeBigUInt64LE(BigInt(how.flags | O.CLOEXEC), 0);
  struct.writeBigUInt64LE(BigInt(how.mode ?? 0), 8);
  struct.writeBigUInt64LE(BigInt(how.resolve), 16);
  const flags = shownText('O_', O, how.flags);
  const resolve = shownText('RESOLVE_', RESOLVE, how.resolve);
  return Fd.adopt(
    check(
      'openat2',
      [
        dir.number === AT.FDCWD ? { text: 'AT_FDCWD' } : dir.number,
        path,
        { text: `{flags=${flags}, resolve=${resolve}}` },
      ],
      libcOpenat2(NR.openat2, dir.number, path, struct, OPEN_HOW_BYTES),
    ),
  );
}

export function readFileInRoot(root: Fd, path: string, maxBytes: number): Buffer {
  using file = openat2(root, path, {
    flags: O.RDONLY | O.NONBLOCK,
    resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS,
  });
  const stat = fstatSync(file.number);
  if ((stat.mode & constants.S_IFMT) !== constants.S_IFREG)
    throw new FileRefusedError(`${path} is not a regular file.`);
  if (stat.size > maxBytes) throw new FileRefusedError(`${path} has ${stat.size} bytes; at most ${maxBytes} are read.`);
  const content = Buffer.alloc(stat.size);
  let length = 0;
  // A file of the size that fstat told may still shrink; it is not followed when it grows.
  while (length < content.length) {
    const count = readSync(file.number, content, length, content.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return content.subarray(0, length);
}

function shownText(prefix: string, names: Readonly<Record<string, number>>, value: number): string {
  const shown = flagNames(prefix, names, value);
  return typeof shown === 'object' && shown !== null ? shown.text : `${value}`;
}
