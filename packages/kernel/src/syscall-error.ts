import { getSystemErrorMessage, getSystemErrorName } from 'node:util';

/** How an argument is shown: strings in quotes, numbers bare, `{ text }` as it stands (flags, structs). */
export type ShownArgument = string | number | null | { readonly text: string };

/** One call as strace would print it, without its result. */
export const showCall = (call: string, args: readonly ShownArgument[]): string =>
  `${call}(${args.map(showArgument).join(', ')})`;

function showArgument(arg: ShownArgument): string {
  if (arg === null) return 'NULL';
  if (typeof arg === 'object') return arg.text;
  return typeof arg === 'number' ? `${arg}` : JSON.stringify(arg);
}

/** `2` as `ENOENT`. */
export const errnoName = (errno: number): string => getSystemErrorName(-errno);

/** `2` as `no such file or directory`. */
export const errnoMessage = (errno: number): string => getSystemErrorMessage(-errno);

/** A kernel call that said no: `openat2(5, "etc/passwd", {flags=O_RDONLY}): ENOENT, no such file or directory`. */
export class SyscallError extends Error {
  override readonly name = 'SyscallError';
  readonly call: string;
  /** As in `ENOENT`. */
  readonly code: string;
  readonly errno: number;

  constructor(call: string, args: readonly ShownArgument[], errno: number) {
    super(`${showCall(call, args)}: ${errnoName(errno)}, ${errnoMessage(errno)}`);
    this.call = call;
    this.code = errnoName(errno);
    this.errno = errno;
  }
}

/** Whether `error` is the kernel saying one of `codes`, whoever asked it (we or node:fs). */
export const isErrno = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
