/**
 * The C library and the one place that reads errno.
 *
 * Numbers of system calls that libc does not wrap are those since Linux 5.0, which are the same on every architecture.
 */
import koffi from 'koffi';
import { SyscallError, type ShownArgument } from '../syscall-error.ts';

export const libc = koffi.load('libc.so.6');

export const NR = {
  pidfd_send_signal: 424,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  pidfd_open: 434,
  openat2: 437,
  mount_setattr: 442,
} as const;

/** libc answers -1 and keeps the reason in errno; here both become one thrown SyscallError. */
export function check(call: string, args: readonly ShownArgument[], answer: number): number {
  if (answer < 0) throw new SyscallError(call, args, koffi.errno());
  return answer;
}

/** For calls that answer the error number itself, as posix_spawn(3) does. */
export function checkReturned(call: string, args: readonly ShownArgument[], errno: number): void {
  if (errno !== 0) throw new SyscallError(call, args, Math.abs(errno));
}
