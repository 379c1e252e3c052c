/** The contract put together from the parts in which v1 and v2 differ. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { childNames, isDirectory, pidsBelow, removeTree, removeTrees, writeKernelFile } from './cgroup-directory.ts';
import type {
  Attachment,
  CgroupEvents,
  Cgroups,
  CgroupSample,
  FigureSource,
  Limits,
  RemoveOptions,
} from './contract.ts';
import type { Controller, LimitWrite } from './controller.ts';
import { CgroupError, controllerMissing, errnoOf, gone, isGone, limitRefused } from './errors.ts';
import { KeptFile } from './kept-file.ts';
import { describeSources } from './sources.ts';

export interface DriverParts {
  readonly version: 'v1' | 'v2';
  /** All that the driver knows. */
  readonly known: readonly Controller[];
  /** Those of them that can limit here, and those that have figures to read. */
  readonly limiting: readonly Controller[];
  readonly readable: readonly Controller[];
  /** The agent's own directories, each once; the first one is asked for processes. */
  readonly parents: readonly [string, ...string[]];
  /** The parent directory in whose children this controller's files are. */
  parentOf(controller: string): string;
  paths(id: string): Record<string, string>;
  attachment(id: string): Attachment;
  populated(directory: string): boolean;
  kill(directory: string): Promise<number>;
  /** Makes the parents again, should somebody have removed them. */
  prepareParents(): void;
}

const REMOVE_TIMEOUT_MS = 2_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

const NOTHING_READ: Omit<CgroupSample, 'atMs'> = {
  cpuUsageUsec: 0,
  cpuUserUsec: null,
  cpuSystemUsec: null,
  cpuPeriods: null,
  cpuThrottledPeriods: null,
  cpuThrottledUsec: null,
  memoryBytes: null,
  memoryUsageBytes: null,
  memoryAnonBytes: null,
  memoryFileBytes: null,
  memoryPeakBytes: null,
  memoryLimitBytes: null,
  swapBytes: null,
  oomKills: null,
  pids: null,
  pidsLimit: null,
  pidsRefused: null,
  ioReadBytes: null,
  ioWriteBytes: null,
  ioReadOps: null,
  ioWriteOps: null,
  cpuPressure: null,
  memoryPressure: null,
  ioPressure: null,
};

/** A name that stays below our parent, whatever it says. */
function checkName(id: string): void {
  if (NAME.test(id)) return;
  throw new CgroupError('invalid-name', {
    message: `"${id}" cannot name a cgroup: it must be letters, digits, "_", "." and "-", at most 128.`,
  });
}

class Driver implements Cgroups {
  readonly version: 'v1' | 'v2';
  readonly controllers: readonly string[];
  readonly #parts: DriverParts;
  readonly #kept = new Map<string, Map<string, KeptFile>>();

  constructor(parts: DriverParts) {
    this.version = parts.version;
    this.controllers = parts.limiting.map((controller) => controller.name);
    this.#parts = parts;
  }

  paths(id: string): Record<string, string> {
    checkName(id);
    return this.#parts.paths(id);
  }

  create(id: string): void {
    try {
      this.#mkdirs(id);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      this.#parts.prepareParents();
      this.#mkdirs(id);
    }
  }

  #mkdirs(id: string): void {
    const made: string[] = [];
    try {
      for (const directory of this.#directories(id)) {
        mkdirSync(directory);
        made.push(directory);
      }
    } catch (error) {
      for (const directory of made) rmdirSync(directory);
      if (errnoOf(error) !== 'EEXIST') throw error;
      throw new CgroupError('exists', { message: `There is a cgroup called "${id}" already.`, cause: error });
    }
  }

  applyLimits(id: string, limits: Limits): void {
    checkName(id);
    this.#requireControllers(limits);
    for (const controller of this.#parts.limiting) {
      const directory = this.#directoryOf(controller, id);
      const read = (file: string) => this.#read(id, directory, file);
      for (const write of controller.writes(limits, read)) this.#writeLimit(directory, write);
    }
  }

  #requireControllers(limits: Limits): void {
    for (const controller of this.#parts.known) {
      const wanted = controller.limits.find((field) => limits[field] !== undefined);
      if (wanted !== undefined && !this.#parts.limiting.includes(controller))
        throw controllerMissing(`limits.${wanted}`, controller.name, this.#parts.parents[0]);
    }
  }

  #writeLimit(directory: string, { field, file, value }: LimitWrite): void {
    const path = join(directory, file);
    try {
      writeKernelFile(path, value);
    } catch (error) {
      throw isDirectory(directory) ? limitRefused(field, path, value, error) : gone(directory, error);
    }
  }

  attachment(id: string): Attachment {
    checkName(id);
    return this.#parts.attachment(id);
  }

  attach(id: string, pid: number): void {
    for (const directory of this.#directories(id)) writeKernelFile(join(directory, 'cgroup.procs'), `${pid}`);
  }

  processes(id: string): number[] {
    const [directory] = this.#directories(id);
    return this.#orGone(id, () => pidsBelow(directory));
  }

  exists(id: string): boolean {
    return this.#directories(id).some(isDirectory);
  }

  sample(id: string): CgroupSample {
    checkName(id);
    return this.#orGone(id, () => {
      const sample: CgroupSample = { atMs: Date.now(), ...NOTHING_READ };
      for (const controller of this.#parts.readable) {
        const directory = this.#directoryOf(controller, id);
        Object.assign(
          sample,
          controller.figures((file) => this.#read(id, directory, file)),
        );
      }
      return sample;
    });
  }

  events(id: string): CgroupEvents {
    const [directory] = this.#directories(id);
    return this.#orGone(id, () => {
      const events: CgroupEvents = { oomKills: null, memoryLimitHits: null, pidsRefused: null, populated: false };
      for (const controller of this.#parts.readable) {
        const own = this.#directoryOf(controller, id);
        Object.assign(
          events,
          controller.events?.((file) => this.#read(id, own, file)),
        );
      }
      events.populated = this.#parts.populated(directory);
      return events;
    });
  }

  sources(id: string): FigureSource[] {
    checkName(id);
    return this.#orGone(id, () =>
      this.#parts.readable.flatMap((controller) => {
        const directory = this.#directoryOf(controller, id);
        return describeSources(controller.sources, directory, (file) => this.#read(id, directory, file));
      }),
    );
  }

  kill(id: string): Promise<number> {
    const [directory] = this.#directories(id);
    return this.#parts.kill(directory);
  }

  async remove(id: string, { timeoutMs = REMOVE_TIMEOUT_MS }: RemoveOptions = {}): Promise<void> {
    this.release(id);
    await removeTrees(this.#directories(id), timeoutMs);
    this.release(id);
  }

  list(): string[] {
    return [...new Set(this.#parts.parents.flatMap(childNames))].toSorted();
  }

  release(id: string): void {
    for (const file of this.#kept.get(id)?.values() ?? []) file[Symbol.dispose]();
    this.#kept.delete(id);
  }

  removeParent(): void {
    for (const parent of this.#parts.parents) {
      if (childNames(parent).length > 0)
        throw new CgroupError('busy', { message: `${parent} still holds cgroups.`, file: parent });
      removeTree(parent);
    }
  }

  [Symbol.dispose](): void {
    for (const id of this.#kept.keys()) this.release(id);
  }

  #directories(id: string): readonly [string, ...string[]] {
    checkName(id);
    const [first, ...rest] = this.#parts.parents;
    return [join(first, id), ...rest.map((parent) => join(parent, id))];
  }

  #directoryOf(controller: Controller, id: string): string {
    return `${this.#parts.parentOf(controller.name)}/${id}`;
  }

  #read(id: string, directory: string, file: string): string | null {
    let files = this.#kept.get(id);
    if (files === undefined) {
      // A kept file remembers that its kernel lacks it; that must not be learned from a cgroup that is not there.
      if (!isDirectory(directory)) throw gone(directory);
      files = new Map();
      this.#kept.set(id, files);
    }
    const path = `${directory}/${file}`;
    let kept = files.get(path);
    if (kept === undefined) {
      kept = new KeptFile(path);
      files.set(path, kept);
    }
    return kept.read();
  }

  /** Runs `body`; a cgroup that vanished is 'gone', and its files are closed. */
  #orGone<T>(id: string, body: () => T): T {
    try {
      return body();
    } catch (error) {
      if (!isGone(error) && !(error instanceof CgroupError && error.kind === 'gone')) throw error;
      this.release(id);
      throw error instanceof CgroupError ? error : gone(this.#directories(id)[0], error);
    }
  }
}

export const createDriver = (parts: DriverParts): Cgroups => new Driver(parts);
