import type { Fd } from './fd.ts';
import type { RouteSocket } from './linux/netlink.ts';
import type { SeccompProfile } from './seccomp-profile.ts';
import type { SignalTrace } from './signal-trace.ts';

/** How a process ended, as waitid(2) tells it. */
export type WaitStatus = { kind: 'exited'; code: number } | { kind: 'signaled'; signal: number; coreDumped: boolean };

export type SpawnCommand = {
  /** The program: a path, or an open file (a sealed memfd) that is executed as `/proc/self/fd/N`. */
  path: string | Fd;
  argv: readonly string[];
  env: readonly string[];
  /** Position = number in the child; null is /dev/null. Nothing else is passed on. */
  fds: readonly (Fd | null)[];
};

/** A process that we started. Its end is seen by SIGCHLD, so waiting for it holds no thread. */
export type Child = {
  readonly pid: number;
  readonly pidfd: Fd;
  /** Resolves once, after the process was reaped. Never rejects. */
  readonly exited: Promise<WaitStatus>;
};

export type MountAttributes = {
  set?: number;
  clear?: number;
  /** MS.PRIVATE or MS.SLAVE. */
  propagation?: number;
  /** With it, MOUNT_ATTR.IDMAP is added to `set`. */
  userns?: Fd;
};

export type PeerCredentials = { pid: number; uid: number; gid: number };

/**
 * Linux as this project uses it. Every method is one kernel call or a few that belong together, runs at once on the
 * calling thread, and throws SyscallError. Descriptors are always close-on-exec.
 */
export interface Kernel {
  /** O_PATH: a handle for *at calls, not for reading. */
  openDirectory(path: string): Fd;
  openFile(path: string, flags: number, mode?: number): Fd;
  /** Locks `path` (made if absent) for as long as the descriptor is open; null when somebody else holds it. */
  lockFile(path: string): Fd | null;
  /** The same with a directory that is there. */
  lockDirectory(path: string): Fd | null;
  openat2(dir: Fd, path: string, how: { flags: number; mode?: number; resolve: number }): Fd;
  /**
   * A whole regular file below `root`, with `root` as the root for symlinks too. Opens without blocking, so a FIFO in a
   * hostile image does not hang us. Throws FileRefusedError for what is no regular file or larger than `maxBytes`.
   */
  readFileInRoot(root: Fd, path: string, maxBytes: number): Buffer;

  openTree(source: string | Fd, flags: number): Fd;
  moveMount(mount: Fd, target: string | Fd): void;
  mountSetattr(target: Fd, attributes: MountAttributes, options?: { recursive?: boolean }): void;
  fsopen(type: string): Fd;
  /** Without a value: a flag. */
  fsconfig(fs: Fd, key: string, value?: string): void;
  fsconfigCreate(fs: Fd): void;
  fsmount(fs: Fd, attributes: number): Fd;
  umount(path: string, flags: number): void;

  createMemfd(name: string, sizeBytes: number): Fd;
  /** Content that nobody can change any more, whoever holds it. */
  createSealedMemfd(name: string, content: Uint8Array, options?: { executable?: boolean }): Fd;
  sealMemfd(memfd: Fd, seals: number): void;

  /** Own session, `/` as directory, no signal blocked or ignored. */
  spawn(command: SpawnCommand): Child;
  pidfdOpen(pid: number): Fd;
  pidfdSendSignal(pidfd: Fd, signal: number): void;

  socketpair(type?: SocketType): [Fd, Fd];
  /** A socket at `path`, listening, with exactly `mode`. */
  listenUnix(path: string, options: { mode: number; backlog: number; type?: SocketType }): Fd;
  /** Who is on the other end of a connected unix socket (SO_PEERCRED). */
  peerCredentials(socketNumber: number): PeerCredentials;
  openRouteSocket(): RouteSocket;

  /** Classic BPF for seccomp(2), by libseccomp. Slow (milliseconds): keep the answer. */
  compileSeccomp(profile: SeccompProfile): Uint8Array;
  /** Names of all system calls of this architecture, as libseccomp knows them. */
  listSyscalls(): readonly string[];

  /** Null where this kernel has no tracefs or refuses an instance. */
  openSignalTrace(instance: string): SignalTrace | null;
}

export type SocketType = 'stream' | 'seqpacket';
