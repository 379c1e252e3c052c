/** flock(2): the lock is gone with its holder, however that one ends. */
import { Fd } from '../fd.ts';
import { O } from '../flags.ts';
import { isErrno } from '../syscall-error.ts';
import { openFile } from './files.ts';
import { check, libc } from './libc.ts';

const LOCK_EX_NB = 2 | 4;

const libcFlock: (fd: number, operation: number) => number = libc.func('flock', 'int', ['int', 'int']);

export const lockFile = (path: string): Fd | null => lock(openFile(path, O.RDWR | O.CREAT, 0o600));

export const lockDirectory = (path: string): Fd | null => lock(openFile(path, O.RDONLY | O.DIRECTORY));

function lock(file: Fd): Fd | null {
  try {
    check('flock', [file.number, { text: 'LOCK_EX|LOCK_NB' }], libcFlock(file.number, LOCK_EX_NB));
    return Fd.adopt(file.take());
  } catch (error) {
    if (isErrno(error, 'EAGAIN', 'EWOULDBLOCK')) return null;
    throw error;
  } finally {
    file.close();
  }
}
