/**
 * The process tree of a host, kept up to date at one scan a second for little.
 *
 * Cost     One file a process and scan (/proc/PID/stat). The three files that change seldom are read again when a process
 *          is new, young, or has another name than before, and for one in ten each scan: whoever changes its user or
 *          command line without exec'ing is seen so within ten scans.
 * Races    A process may end between two of its files: then it is not in this scan. A PID used anew is known by its
 *          start time, and is told as ended and changed at once.
 */
import type { CgroupOwner } from './cgroup-owner.ts';
import type { ProcessDetails, Procfs } from './procfs.ts';
import { type ProcessStat, type ProcessStateWord, ticksToMs } from './stat.ts';

const FULL_READ_EVERY = 10;
/** Between fork and exec, and until it is in its cgroup, a new process looks like its parent. */
const YOUNG_SCANS = 3;

export type ProcessRole =
  | { kind: 'plain' }
  | { kind: 'agent' }
  | { kind: 'shim'; containerId: string }
  | { kind: 'foreign-container'; runtime: Extract<CgroupOwner, { kind: 'foreign' }>['runtime']; id: string };

/** Same shape as the wire's `ProcessInfo`. */
export interface WatchedProcess {
  pid: number;
  containerPid: number | null;
  ppid: number;
  uid: number;
  comm: string;
  commandLine: string[];
  state: ProcessStateWord;
  cpuPct: number | null;
  rssBytes: number;
  threads: number;
  startedAtMs: number;
  containerId: string | null;
  role: ProcessRole;
}

export interface ProcessScan {
  atMs: number;
  /** New, or with another value than in the scan before. */
  changed: WatchedProcess[];
  ended: number[];
}

export interface ProcessWatcherOptions {
  readonly procfs: Procfs;
  /** The directory of the agent's cgroups, as in `vitrine`. */
  readonly cgroupParent: string;
  readonly agentPid: number;
  /** Container ids by the PID of their shim, as of now. */
  readonly shims?: () => ReadonlyMap<number, string>;
}

interface Entry {
  stat: ProcessStat;
  details: ProcessDetails;
  scans: number;
  shown: WatchedProcess;
}

const NO_SHIMS: ReadonlyMap<number, string> = new Map();
const PLAIN: ProcessRole = { kind: 'plain' };

export class ProcessWatcher {
  readonly #options: ProcessWatcherOptions;
  readonly #entries = new Map<number, Entry>();
  #scans = 0;
  #lastScanMs: number | undefined;
  #shims: ReadonlyMap<number, string> = NO_SHIMS;

  constructor(options: ProcessWatcherOptions) {
    this.#options = options;
  }

  /** All processes as of the last scan. */
  snapshot(): WatchedProcess[] {
    return [...this.#entries.values()].map((entry) => entry.shown);
  }

  /** Whether a process has ended and another one has its PID can be told by `startedAtMs`. */
  get(pid: number): WatchedProcess | undefined {
    return this.#entries.get(pid)?.shown;
  }

  /** Reads /proc once. `nowMs` is for tests; elapsed time is taken from it. */
  scan(nowMs: number = performance.timeOrigin + performance.now()): ProcessScan {
    const elapsedMs = this.#lastScanMs === undefined ? 0 : nowMs - this.#lastScanMs;
    this.#lastScanMs = nowMs;
    this.#scans += 1;
    this.#shims = this.#options.shims?.() ?? NO_SHIMS;
    const seen = new Set<number>();
    const changed: WatchedProcess[] = [];
    for (const pid of this.#options.procfs.pids()) {
      const before = this.#entries.get(pid)?.shown;
      const entry = this.#look(pid, elapsedMs);
      if (entry === undefined) continue;
      seen.add(pid);
      if (entry.shown !== before) changed.push(entry.shown);
    }
    return { atMs: Math.round(nowMs), changed, ended: this.#forgetAllBut(seen) };
  }

  #forgetAllBut(seen: ReadonlySet<number>): number[] {
    const ended = [...this.#entries.keys()].filter((pid) => !seen.has(pid));
    for (const pid of ended) this.#entries.delete(pid);
    return ended;
  }

  #look(pid: number, elapsedMs: number): Entry | undefined {
    const stat = this.#options.procfs.readStat(pid);
    if (stat === undefined) return undefined;
    const known = this.#entries.get(pid);
    const same = known?.stat.startTicks === stat.startTicks ? known : undefined;
    const details =
      same === undefined || this.#isDue(same, stat)
        ? this.#options.procfs.readDetails(pid, this.#options.cgroupParent)
        : same.details;
    if (details === undefined) return undefined;
    const shown = this.#show(stat, details, same, elapsedMs);
    const entry = { stat, details, scans: (same?.scans ?? 0) + 1, shown };
    this.#entries.set(pid, entry);
    return entry;
  }

  #isDue(entry: Entry, stat: ProcessStat): boolean {
    const turn = stat.pid % FULL_READ_EVERY === this.#scans % FULL_READ_EVERY;
    return turn || entry.scans < YOUNG_SCANS || entry.stat.comm !== stat.comm;
  }

  /** The same object as before when nothing that is shown has changed. */
  #show(stat: ProcessStat, details: ProcessDetails, same: Entry | undefined, elapsedMs: number): WatchedProcess {
    const shown: WatchedProcess = {
      pid: stat.pid,
      containerPid: details.containerPid,
      ppid: stat.ppid,
      uid: details.uid,
      comm: stat.comm,
      commandLine: details.commandLine,
      state: stat.state,
      cpuPct: same === undefined || elapsedMs <= 0 ? null : cpuPct(stat.cpuUsec - same.stat.cpuUsec, elapsedMs),
      rssBytes: stat.rssBytes,
      threads: stat.threads,
      startedAtMs: same?.shown.startedAtMs ?? this.#options.procfs.bootedAtMs + ticksToMs(stat.startTicks),
      containerId: details.owner.kind === 'ours' ? details.owner.id : null,
      role: this.#roleOf(stat.pid, details.owner),
    };
    return same !== undefined && looksTheSame(same.shown, shown) ? same.shown : shown;
  }

  #roleOf(pid: number, owner: CgroupOwner): ProcessRole {
    if (pid === this.#options.agentPid) return { kind: 'agent' };
    const containerId = this.#shims.get(pid);
    if (containerId !== undefined) return { kind: 'shim', containerId };
    return owner.kind === 'foreign' ? { kind: 'foreign-container', runtime: owner.runtime, id: owner.id } : PLAIN;
  }
}

/** One decimal: the kernel counts in ticks of 10 ms anyway. */
const cpuPct = (usedUsec: number, elapsedMs: number): number => Math.round(usedUsec / elapsedMs) / 10;

function looksTheSame(before: WatchedProcess, after: WatchedProcess): boolean {
  return (
    before.cpuPct === after.cpuPct &&
    before.rssBytes === after.rssBytes &&
    before.state === after.state &&
    before.threads === after.threads &&
    before.ppid === after.ppid &&
    before.comm === after.comm &&
    before.uid === after.uid &&
    before.containerPid === after.containerPid &&
    before.containerId === after.containerId &&
    sameRole(before.role, after.role) &&
    sameWords(before.commandLine, after.commandLine)
  );
}

function sameRole(before: ProcessRole, after: ProcessRole): boolean {
  if (before.kind !== after.kind) return false;
  if (before.kind === 'shim' && after.kind === 'shim') return before.containerId === after.containerId;
  if (before.kind === 'foreign-container' && after.kind === 'foreign-container') return before.id === after.id;
  return true;
}

function sameWords(before: readonly string[], after: readonly string[]): boolean {
  return before === after || (before.length === after.length && before.every((word, index) => word === after[index]));
}
