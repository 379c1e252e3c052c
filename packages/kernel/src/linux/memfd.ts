/** memfd_create(2) and its seals: memory that is handed to another process as a file. */
import { fchmodSync, ftruncateSync, writeSync } from 'node:fs';
import { Fd } from '../fd.ts';
import { flagNames, SEAL } from '../flags.ts';
import { isErrno } from '../syscall-error.ts';
import { check, libc } from './libc.ts';

const MFD = { CLOEXEC: 1, ALLOW_SEALING: 2, EXEC: 0x10 } as const;
const F_ADD_SEALS = 1033;

const libcMemfdCreate: (name: string, flags: number) => number = libc.func('memfd_create', 'int', ['str', 'uint']);
const libcFcntl: (fd: number, command: number, value: number) => number = libc.func('fcntl', 'int', [
  'int',
  'int',
  'long',
]);

export function createMemfd(name: string, sizeBytes: number): Fd {
  const memfd = memfdCreate(name, MFD.CLOEXEC | MFD.ALLOW_SEALING);
  if (sizeBytes > 0) ftruncateSync(memfd.number, sizeBytes);
  return memfd;
}

/** Since Linux 6.3 a system may forbid programs in memory unless asked for; older kernels do not know the question. */
function createExecutableMemfd(name: string): Fd {
  try {
    return memfdCreate(name, MFD.CLOEXEC | MFD.ALLOW_SEALING | MFD.EXEC);
  } catch (error) {
    if (!isErrno(error, 'EINVAL')) throw error;
    return createMemfd(name, 0);
  }
}

function memfdCreate(name: string, flags: number): Fd {
  return Fd.adopt(check('memfd_create', [name, flagNames('MFD_', MFD, flags)], libcMemfdCreate(name, flags)));
}

export function createSealedMemfd(name: string, content: Uint8Array, options: { executable?: boolean } = {}): Fd {
  const memfd = options.executable === true ? createExecutableMemfd(name) : createMemfd(name, 0);
  try {
    let written = 0;
    while (written < content.length) written += writeSync(memfd.number, content, written);
    fchmodSync(memfd.number, options.executable === true ? 0o555 : 0o444);
    sealMemfd(memfd, SEAL.SEAL | SEAL.SHRINK | SEAL.GROW | SEAL.WRITE);
    return memfd;
  } catch (error) {
    memfd.close();
    throw error;
  }
}

export function sealMemfd(memfd: Fd, seals: number): void {
  check(
    'fcntl',
    [memfd.number, { text: 'F_ADD_SEALS' }, flagNames('F_SEAL_', SEAL, seals)],
    libcFcntl(memfd.number, F_ADD_SEALS, seals),
  );
}
