/**
 * The kernel's numbers by their own names. Only those that are the same on x86_64 and arm64; O_DIRECTORY and
 * O_NOFOLLOW differ there, so they come from node:fs.
 *
 * Source   Linux uapi: mount.h, fcntl.h, openat2.h, sched.h, memfd.h
 */
import { constants } from 'node:fs';
import type { ShownArgument } from './syscall-error.ts';

export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREAT: 0o100,
  EXCL: 0o200,
  NONBLOCK: 0o4000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
  DIRECTORY: constants.O_DIRECTORY,
  NOFOLLOW: constants.O_NOFOLLOW,
} as const;

export const AT = {
  FDCWD: -100,
  SYMLINK_NOFOLLOW: 0x100,
  EMPTY_PATH: 0x1000,
  RECURSIVE: 0x8000,
} as const;

export const RESOLVE = {
  NO_XDEV: 0x01,
  NO_MAGICLINKS: 0x02,
  NO_SYMLINKS: 0x04,
  BENEATH: 0x08,
  IN_ROOT: 0x10,
} as const;

export const OPEN_TREE = { CLONE: 1, CLOEXEC: O.CLOEXEC } as const;

export const MOVE_MOUNT = { F_EMPTY_PATH: 0x04, T_EMPTY_PATH: 0x40 } as const;

export const MOUNT_ATTR = {
  RDONLY: 0x01,
  NOSUID: 0x02,
  NODEV: 0x04,
  NOEXEC: 0x08,
  NOATIME: 0x10,
  STRICTATIME: 0x20,
  IDMAP: 0x0010_0000,
} as const;

export const MNT = { FORCE: 1, DETACH: 2 } as const;

export const MS = { REC: 0x4000, PRIVATE: 1 << 18, SLAVE: 1 << 19 } as const;

export const SEAL = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8 } as const;

/** `flagNames('O_', O, 0o12000000)` is `O_PATH|O_CLOEXEC`; bits without a name are shown in hex. */
export function flagNames(prefix: string, names: Readonly<Record<string, number>>, value: number): ShownArgument {
  let rest = value;
  const shown: string[] = [];
  for (const [name, bits] of Object.entries(names)) {
    if (bits <= 0 || (rest & bits) !== bits) continue;
    shown.push(prefix + name);
    rest &= ~bits;
  }
  if (rest !== 0) shown.push(`0x${(rest >>> 0).toString(16)}`);
  return { text: shown.length === 0 ? '0' : shown.join('|') };
}
