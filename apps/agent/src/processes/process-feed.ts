/**
 * The live process tree of the host, for whoever looks at it: one scan a second serves all readers, and none is made when there
 * is no reader.
 */
import type { ProcessInfo, ProcessUpdate } from '@vitrine/protocol';
import { ProcessWatcher, type ProcessScan, type WatchedProcess } from '@vitrine/procfs';
import type { Parts } from '../lifecycle/parts.ts';
import { Mailbox, Topic } from '../streams/mailbox.ts';

const INTERVAL_MS = 1000;

/** procfs knows no branded ids; a container id that it finds in a cgroup path has been checked for its shape. */
const shown = (processes: readonly WatchedProcess[]): ProcessInfo[] => processes as unknown as ProcessInfo[];

export class ProcessFeed {
  readonly #parts: Parts;
  readonly #scans = new Topic<ProcessScan>();
  #watcher: ProcessWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** First the whole tree, then what changed; of one container, or of the host. */
  async *watch(containerId: string | undefined, signal: AbortSignal): AsyncGenerator<ProcessUpdate, void, undefined> {
    const watcher = this.#begin();
    const filter = new ContainerFilter(containerId);
    const mailbox = new Mailbox<'tree', ProcessUpdate>(joinUpdates);
    const listener = this.#scans.listen(({ atMs, changed, ended }) => {
      const update = filter.delta(atMs, shown(changed), ended);
      if (update !== undefined) mailbox.put('tree', update);
    });
    try {
      yield filter.snapshot(this.#parts.now(), shown(watcher.snapshot()));
      yield* mailbox.take(signal);
    } finally {
      listener[Symbol.dispose]();
      if (this.#scans.listeners === 0) this.#end();
    }
  }

  #begin(): ProcessWatcher {
    if (this.#watcher !== undefined) return this.#watcher;
    const { procfs, cgroupParent, table } = this.#parts;
    const shims = () =>
      new Map(
        table.all().flatMap(({ id, record }) => (record.shimPid === null ? [] : [[record.shimPid, id as string]])),
      );
    const watcher = new ProcessWatcher({ procfs, cgroupParent, agentPid: process.pid, shims });
    watcher.scan();
    this.#watcher = watcher;
    this.#timer = setInterval(() => {
      this.#scans.publish(watcher.scan());
    }, INTERVAL_MS);
    return watcher;
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#watcher = undefined;
  }
}

/** Lets through what belongs to one container, or everything. */
class ContainerFilter {
  readonly #containerId: string | undefined;
  readonly #known = new Set<number>();

  constructor(containerId: string | undefined) {
    this.#containerId = containerId;
  }

  /** With those above it: its shim, and the agent. */
  #isMine({ containerId, role }: ProcessInfo): boolean {
    if (this.#containerId === undefined || containerId === this.#containerId || role.kind === 'agent') return true;
    return role.kind === 'shim' && role.containerId === this.#containerId;
  }

  snapshot(atMs: number, all: readonly ProcessInfo[]): ProcessUpdate {
    const processes = all.filter((process) => this.#isMine(process));
    for (const { pid } of processes) this.#known.add(pid);
    return { type: 'snapshot', atMs, processes };
  }

  /** Undefined when nothing of it is mine. */
  delta(atMs: number, all: readonly ProcessInfo[], allEnded: readonly number[]): ProcessUpdate | undefined {
    const changed = all.filter((process) => this.#isMine(process));
    const moved = all.filter((process) => !this.#isMine(process)).map(({ pid }) => pid);
    const ended = [...allEnded, ...moved].filter((pid) => this.#known.delete(pid));
    for (const { pid } of changed) this.#known.add(pid);
    return changed.length === 0 && ended.length === 0 ? undefined : { type: 'delta', atMs, changed, ended };
  }
}

/** Two updates that a slow reader gets as one. */
export function joinUpdates(older: ProcessUpdate, newer: ProcessUpdate): ProcessUpdate {
  if (newer.type === 'snapshot') return newer;
  const before = older.type === 'snapshot' ? older.processes : older.changed;
  const changed = new Map(before.map((process) => [process.pid, process]));
  for (const process of newer.changed) changed.set(process.pid, process);
  for (const pid of newer.ended) changed.delete(pid);
  const processes = [...changed.values()];
  if (older.type === 'snapshot') return { type: 'snapshot', atMs: newer.atMs, processes };
  const ended = [...new Set([...older.ended, ...newer.ended])].filter((pid) => !changed.has(pid));
  return { type: 'delta', atMs: newer.atMs, changed: processes, ended };
}
