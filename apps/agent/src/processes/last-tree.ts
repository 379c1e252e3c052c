import type { ContainerId, ProcessInfo } from '@vitrine/protocol';
import type { ProcessReading, Procfs } from '@vitrine/procfs';

/** Of one container: an autopsy needs to be read, not to be complete. */
const KEPT_PROCESSES = 200;
/** What is read of a process that is still the same. */
const READ_AGAIN_MS = 5000;

/**
 * The processes of one container as they were at the last look, for the day when there is nothing left to look at. Cheap: which
 * PIDs there are is asked each time, the rest only of new ones, and of all now and then.
 */
export class LastTree {
  /** When it was last seen that exactly these processes were there. */
  atMs: number;
  /** When all of them were last read. */
  readAtMs: number;
  #processes = new Map<number, { shown: ProcessInfo; cpuUsec: number; readAtMs: number }>();

  constructor(atMs: number) {
    this.atMs = atMs;
    this.readAtMs = atMs;
  }

  get seen(): boolean {
    return this.#processes.size > 0;
  }

  get processes(): ProcessInfo[] {
    return [...this.#processes.values()].map(({ shown }) => shown);
  }

  look(
    { procfs, cgroupParent }: { procfs: Procfs; cgroupParent: string },
    id: ContainerId,
    pids: readonly number[],
    nowMs: number,
  ): void {
    // An empty cgroup is one whose end is about to be told: what was there before is what people want to see.
    if (pids.length === 0) return;
    const everything = nowMs - this.readAtMs >= READ_AGAIN_MS;
    const before = this.#processes;
    this.#processes = new Map();
    for (const pid of pids.slice(0, KEPT_PROCESSES)) {
      const known = before.get(pid);
      if (known !== undefined && !everything) {
        this.#processes.set(pid, known);
        continue;
      }
      const read = procfs.readProcess(pid, cgroupParent);
      if (read === undefined) continue;
      const usedPct = known === undefined ? null : (read.cpuUsec - known.cpuUsec) / (nowMs - known.readAtMs) / 10;
      this.#processes.set(pid, { shown: show(read, id, usedPct), cpuUsec: read.cpuUsec, readAtMs: nowMs });
    }
    this.atMs = nowMs;
    if (everything) this.readAtMs = nowMs;
  }
}

function show(read: ProcessReading, containerId: ContainerId, usedPct: number | null): ProcessInfo {
  const { pid, containerPid, ppid, uid, comm, commandLine, state, rssBytes, threads } = read;
  const cpuPct = usedPct === null ? null : Math.round(Math.max(0, usedPct) * 10) / 10;
  const startedAtMs = Math.round(read.startedAtMs);
  const role = { kind: 'plain' } as const;
  const known = { pid, containerPid, ppid, uid, comm, commandLine, state, rssBytes, threads };
  return { ...known, cpuPct, startedAtMs, containerId, role };
}
