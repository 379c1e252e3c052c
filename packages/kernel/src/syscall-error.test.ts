import { expect, test } from 'vitest';
import { flagNames, O } from './flags.ts';
import { isErrno, SyscallError } from './syscall-error.ts';

test('a refused call reads as strace would print it', () => {
  const error = new SyscallError('openat2', [5, 'etc/passwd', { text: '{flags=O_RDONLY}' }, null], 2);
  expect(error.message).toBe('openat2(5, "etc/passwd", {flags=O_RDONLY}, NULL): ENOENT, no such file or directory');
  expect([error.code, error.errno, isErrno(error, 'ENOENT'), isErrno(error, 'EPERM')]).toEqual([
    'ENOENT',
    2,
    true,
    false,
  ]);
});

test('flags are spelled out, and unknown bits are kept', () => {
  expect(flagNames('O_', { CLOEXEC: O.CLOEXEC, PATH: O.PATH }, O.PATH | O.CLOEXEC | 1)).toEqual({
    text: 'O_CLOEXEC|O_PATH|0x1',
  });
  expect(flagNames('O_', O, 0)).toEqual({ text: '0' });
});
