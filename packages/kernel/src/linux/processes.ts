/**
 * Starting and watching processes: posix_spawn(3), pidfd_open(2), pidfd_send_signal(2), waitid(2).
 *
 * Node's own child_process.spawn forks, which copies the page tables of the whole heap (6.7 ms at 150 MB);
 * posix_spawn shares them until the exec (0.2 ms).
 */
import { Fd } from '../fd.ts';
import type { Child, SpawnCommand, WaitStatus } from '../kernel.ts';
import { check, checkReturned, libc, NR } from './libc.ts';

/** sizeof(posix_spawn_file_actions_t) is 80 and sizeof(posix_spawnattr_t) 336 in glibc, on both architectures. */
const FILE_ACTIONS_BYTES = 80;
const ATTRIBUTES_BYTES = 336;
const SIGSET_BYTES = 128;
const SIGINFO_BYTES = 128;
const POSIX_SPAWN = { SETSIGDEF: 0x04, SETSIGMASK: 0x08, SETSID: 0x80 } as const;
const O_RDWR = 2;
const F_DUPFD_CLOEXEC = 1030;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const SI_CODE = 2;
const SI_PID = 4;
const SI_STATUS = 6;
const CLD_EXITED = 1;
const CLD_DUMPED = 3;

const bufferCall = (name: string): ((buffer: Buffer) => number) => libc.func(name, 'int', ['void *']);
const actionsInit = bufferCall('posix_spawn_file_actions_init');
const actionsDestroy = bufferCall('posix_spawn_file_actions_destroy');
const attributesInit = bufferCall('posix_spawnattr_init');
const attributesDestroy = bufferCall('posix_spawnattr_destroy');
const actionsDup2: (actions: Buffer, from: number, to: number) => number = libc.func(
  'posix_spawn_file_actions_adddup2',
  'int',
  ['void *', 'int', 'int'],
);
const actionsOpen: (actions: Buffer, fd: number, path: string, flags: number, mode: number) => number = libc.func(
  'posix_spawn_file_actions_addopen',
  'int',
  ['void *', 'int', 'str', 'int', 'uint'],
);
const actionsChdir: (actions: Buffer, path: string) => number = libc.func(
  'posix_spawn_file_actions_addchdir_np',
  'int',
  ['void *', 'str'],
);
const actionsClose: (actions: Buffer, fd: number) => number = libc.func('posix_spawn_file_actions_addclose', 'int', [
  'void *',
  'int',
]);
const actionsCloseFrom: (actions: Buffer, lowest: number) => number = libc.func(
  'posix_spawn_file_actions_addclosefrom_np',
  'int',
  ['void *', 'int'],
);
const attributesFlags: (attributes: Buffer, flags: number) => number = libc.func('posix_spawnattr_setflags', 'int', [
  'void *',
  'short',
]);
const attributesMask: (attributes: Buffer, set: Buffer) => number = libc.func('posix_spawnattr_setsigmask', 'int', [
  'void *',
  'void *',
]);
const attributesDefault: (attributes: Buffer, set: Buffer) => number = libc.func(
  'posix_spawnattr_setsigdefault',
  'int',
  ['void *', 'void *'],
);
const libcPosixSpawn: (
  pid: Int32Array,
  path: string,
  actions: Buffer,
  attributes: Buffer,
  argv: (string | null)[],
  env: (string | null)[],
) => number = libc.func('posix_spawn', 'int', ['void *', 'str', 'void *', 'void *', 'str *', 'str *']);
const libcPidfdOpen: (nr: number, pid: number, flags: number) => number = libc.func('syscall', 'long', [
  'long',
  'int',
  'uint',
]);
const libcPidfdSendSignal: (nr: number, pidfd: number, signal: number, info: null, flags: number) => number = libc.func(
  'syscall',
  'long',
  ['long', 'int', 'int', 'void *', 'uint'],
);
const libcWaitid: (type: number, id: number, info: Int32Array, options: number) => number = libc.func('waitid', 'int', [
  'int',
  'uint',
  'void *',
  'int',
]);
const libcFcntl: (fd: number, command: number, value: number) => number = libc.func('fcntl', 'int', [
  'int',
  'int',
  'long',
]);

export const pidfdOpen = (pid: number): Fd =>
  Fd.adopt(check('pidfd_open', [pid, 0], libcPidfdOpen(NR.pidfd_open, pid, 0)));

export function pidfdSendSignal(pidfd: Fd, signal: number): void {
  check(
    'pidfd_send_signal',
    [pidfd.number, signal, null, 0],
    libcPidfdSendSignal(NR.pidfd_send_signal, pidfd.number, signal, null, 0),
  );
}

/**
 * Starts processes and reaps exactly those, whenever the kernel says that some child ended. Until it is reaped here a
 * child's PID is its own, so it may be asked by PID, whatever the caller does with the pidfd.
 */
export class Spawner {
  readonly #waiting = new Map<number, (status: WaitStatus) => void>();
  #listening = false;

  spawn(command: SpawnCommand): Child {
    const pid = posixSpawn(command);
    const pidfd = pidfdOpen(pid);
    const { promise, resolve } = Promise.withResolvers<WaitStatus>();
    this.#waiting.set(pid, resolve);
    this.#listen();
    // It may have ended before the listener was there.
    this.#reap();
    return { pid, pidfd, exited: promise };
  }

  /** One listener while there are children; SIGCHLD handlers do not keep Node alive. */
  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    process.on('SIGCHLD', this.#reap);
  }

  readonly #reap = (): void => {
    for (const [pid, resolve] of this.#waiting) {
      const status = waitNow(pid);
      if (status === undefined) continue;
      this.#waiting.delete(pid);
      resolve(status);
    }
    if (this.#waiting.size === 0 && this.#listening) {
      process.off('SIGCHLD', this.#reap);
      this.#listening = false;
    }
  };
}

/** Undefined while it runs. */
function waitNow(pid: number): WaitStatus | undefined {
  const info = new Int32Array(SIGINFO_BYTES / 4);
  check('waitid', [{ text: 'P_PID' }, pid], libcWaitid(P_PID, pid, info, WEXITED | WNOHANG));
  if (info[SI_PID] === 0) return undefined;
  const status = info[SI_STATUS] ?? 0;
  if (info[SI_CODE] === CLD_EXITED) return { kind: 'exited', code: status };
  return { kind: 'signaled', signal: status, coreDumped: info[SI_CODE] === CLD_DUMPED };
}

function posixSpawn(command: SpawnCommand): number {
  const actions = Buffer.alloc(FILE_ACTIONS_BYTES);
  const attributes = Buffer.alloc(ATTRIBUTES_BYTES);
  const lifted: Fd[] = [];
  checkReturned('posix_spawn_file_actions_init', [], actionsInit(actions));
  checkReturned('posix_spawnattr_init', [], attributesInit(attributes));
  try {
    const path = describeFds(actions, command, lifted);
    checkReturned('posix_spawn_file_actions_addchdir_np', ['/'], actionsChdir(actions, '/'));
    describeSignals(attributes);
    const pid = new Int32Array(1);
    checkReturned(
      'posix_spawn',
      [path, { text: JSON.stringify(command.argv) }],
      libcPosixSpawn(pid, path, actions, attributes, [...command.argv, null], [...command.env, null]),
    );
    return pid[0] ?? 0;
  } finally {
    for (const fd of lifted) fd.close();
    actionsDestroy(actions);
    attributesDestroy(attributes);
  }
}

/**
 * The actions run one after the other in the child, so a source below the table's end could be overwritten before it
 * is copied: such sources are lifted above it first. Everything above the table is closed: Node marks its own
 * descriptors close-on-exec, but not what a careless parent left open for Node. A program given as a descriptor must
 * stay open until the exec, which its close-on-exec mark then ends.
 */
function describeFds(actions: Buffer, { fds, path }: SpawnCommand, lifted: Fd[]): string {
  for (const [target, fd] of fds.entries()) {
    if (fd === null) {
      checkReturned('posix_spawn_file_actions_addopen', [target], actionsOpen(actions, target, '/dev/null', O_RDWR, 0));
      continue;
    }
    const source = liftAbove(fd, fds.length, lifted);
    checkReturned('posix_spawn_file_actions_adddup2', [source, target], actionsDup2(actions, source, target));
  }
  const program = typeof path === 'string' ? undefined : liftAbove(path, fds.length, lifted);
  for (let between = fds.length; between < (program ?? 0); between += 1) {
    checkReturned('posix_spawn_file_actions_addclose', [between], actionsClose(actions, between));
  }
  const lowest = program === undefined ? fds.length : program + 1;
  checkReturned('posix_spawn_file_actions_addclosefrom_np', [lowest], actionsCloseFrom(actions, lowest));
  return typeof path === 'string' ? path : `/proc/self/fd/${program}`;
}

function liftAbove(fd: Fd, lowest: number, lifted: Fd[]): number {
  if (fd.number >= lowest) return fd.number;
  const above = libcFcntl(fd.number, F_DUPFD_CLOEXEC, lowest);
  const copy = Fd.adopt(check('fcntl', [fd.number, { text: 'F_DUPFD_CLOEXEC' }], above));
  lifted.push(copy);
  return copy.number;
}

/** Node ignores SIGPIPE, and ignored signals survive an exec: the child gets every default back. */
function describeSignals(attributes: Buffer): void {
  // Not by sigfillset(3): it leaves out the two that glibc uses itself, and posix_spawn then ignores those in the child.
  const all = Buffer.alloc(SIGSET_BYTES, 0xff);
  checkReturned('posix_spawnattr_setsigdefault', [], attributesDefault(attributes, all));
  checkReturned('posix_spawnattr_setsigmask', [], attributesMask(attributes, Buffer.alloc(SIGSET_BYTES)));
  const flags = POSIX_SPAWN.SETSID | POSIX_SPAWN.SETSIGMASK | POSIX_SPAWN.SETSIGDEF;
  checkReturned('posix_spawnattr_setflags', [flags], attributesFlags(attributes, flags));
}
