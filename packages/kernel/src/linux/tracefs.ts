/**
 * A tracefs instance for fatal signals and OOM victims.
 *
 * Tracefs that nobody mounted is mounted detached: reached through our descriptor only, and gone with us. The instance
 * itself stays when we are killed, and is found again by its name, so a kill that happened meanwhile is still told.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import type { Fd } from '../fd.ts';
import { parseTrace, type SignalTrace, type TraceEvent } from '../signal-trace.ts';
import { isErrno } from '../syscall-error.ts';
import { fsconfigCreate, fsmount, fsopen } from './mount.ts';

const MOUNT_POINTS = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
/** Per CPU; a line takes about 100 bytes. */
const BUFFER_KIB = 128;
/**
 * Signals whose default is not to end a process (CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH), and the two that the C
 * library sends itself between threads. Only delivered ones count (res=0).
 */
const FATAL_SIGNALS = [17, 18, 19, 20, 21, 22, 23, 28, 32, 33].map((signal) => `sig != ${signal}`).join(' && ');
/**
 * Sent by somebody: kill(2), sigqueue(3), tgkill(2); and SIGKILL from wherever, the kernel's own for memory included. The faults
 * and timers that a program gets of itself are left out: some (virtual machines, emulators) live on thousands a second, which
 * would push the one that matters out of the ring. A fault without a line here came from the kernel.
 */
const SENT = '(code == 0 || code == -1 || code == -6 || sig == 9)';
const FILTER = `${FATAL_SIGNALS} && result == 0 && ${SENT}`;

export function openSignalTrace(instance: string): SignalTrace | null {
  const tracefs = findTracefs();
  if (tracefs === null) return null;
  const directory = `${tracefs.path}/instances/${instance}`;
  try {
    if (!existsSync(directory)) mkdirSync(directory);
    configure(directory);
    return new TracefsInstance(instance, directory, tracefs.mount);
  } catch (error) {
    tracefs.mount?.close();
    if (isErrno(error, 'EACCES', 'EPERM', 'ENOENT', 'EINVAL', 'ENOSYS', 'ENODEV', 'EROFS')) return null;
    throw error;
  }
}

function configure(directory: string): void {
  const write = (file: string, text: string): void => writeFileSync(`${directory}/${file}`, text);
  write('events/signal/signal_generate/filter', FILTER);
  // Resizing or changing the clock empties the ring, which may hold what happened while we were away.
  if (!read(`${directory}/trace_clock`).includes('[boot]')) {
    write('trace_clock', 'boot');
    write('buffer_size_kb', `${BUFFER_KIB}`);
  }
  write('events/signal/signal_generate/enable', '1');
  if (existsSync(`${directory}/events/oom/mark_victim/enable`)) write('events/oom/mark_victim/enable', '1');
  write('tracing_on', '1');
}

class TracefsInstance implements SignalTrace {
  readonly source: string;
  readonly #directory: string;
  readonly #mount: Fd | null;

  constructor(name: string, directory: string, mount: Fd | null) {
    this.source = `/sys/kernel/tracing/instances/${name}/trace`;
    this.#directory = directory;
    this.#mount = mount;
  }

  read(): TraceEvent[] {
    return parseTrace(read(`${this.#directory}/trace`));
  }

  [Symbol.dispose](): void {
    rmdirSync(this.#directory);
    this.#mount?.close();
  }
}

function findTracefs(): { path: string; mount: Fd | null } | null {
  const mounted = MOUNT_POINTS.find((path) => existsSync(`${path}/instances`));
  if (mounted !== undefined) return { path: mounted, mount: null };
  try {
    using fs = fsopen('tracefs');
    fsconfigCreate(fs);
    const mount = fsmount(fs, 0);
    return { path: `/proc/self/fd/${mount.number}`, mount };
  } catch (error) {
    if (isErrno(error, 'ENODEV', 'ENOSYS', 'EPERM')) return null;
    throw error;
  }
}

/** Files of the kernel are memory: a synchronous read costs microseconds, a threaded one more. */
const read = (path: string): string => readFileSync(path, 'utf8');
