import { watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { LogPage } from '@vitrine/protocol';
import { decodePlace, encodePlace, listLogFiles, openLogFile, type LogFile } from './log-files.ts';
import { nextFile, readLines, readLog } from './read-log.ts';

/** inotify tells at once; this is for file systems that do not, and for the last look after the end. */
const LOOK_AGAIN_MS = 1000;

/** Resolves on the next change in the directory, on abort, or after a while. */
function createBell(directory: string, signal: AbortSignal) {
  let rung = Promise.withResolvers<void>();
  const ring = () => rung.resolve();
  const watcher = watch(directory, ring);
  watcher.on('error', ring);
  signal.addEventListener('abort', ring);
  return {
    async next(): Promise<void> {
      const timer = setTimeout(ring, LOOK_AGAIN_MS);
      await rung.promise;
      clearTimeout(timer);
      rung = Promise.withResolvers<void>();
    },
    close(): void {
      watcher.close();
      signal.removeEventListener('abort', ring);
    },
  };
}

/** Holds the file it reads open, so that its rest can be read after the shim has renamed or removed it. */
class LogFollower {
  readonly #directory: string;
  #open: { handle: FileHandle; identity: string; offset: number } | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async goTo(file: LogFile | undefined, offset: number): Promise<boolean> {
    const handle = file === undefined ? undefined : await openLogFile(file);
    if (handle === undefined || file === undefined) return false;
    await this.#open?.handle.close();
    this.#open = { handle, identity: file.identity, offset };
    return true;
  }

  /** What has been written since the last time, over as many rotations as there were; undefined when nothing. */
  async read(): Promise<LogPage | undefined> {
    for (;;) {
      // Asked before reading: if this file has a successor by now, nothing more will be written to it.
      const files = await listLogFiles(this.#directory);
      if (this.#open === undefined) {
        if (!(await this.goTo(files[0], 0))) return undefined;
        continue;
      }
      const { handle, identity, offset } = this.#open;
      const found = await readLines(handle, offset);
      this.#open.offset = found.offset;
      if (found.offset > offset) return { lines: found.lines, cursor: encodePlace({ identity, offset: found.offset }) };
      if (!(await this.goTo(nextFile(files, identity), 0))) return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
  }
}

/**
 * The last lines, or what follows a cursor, then what is written, until `ended` says that no more will come and all was read.
 * Bounded by design: it reads on only when the reader has taken the last page.
 */
export async function* followLog(options: {
  directory: string;
  from: { tail: number } | { cursor: string };
  ended: () => boolean;
  signal: AbortSignal;
}): AsyncGenerator<LogPage, void, undefined> {
  const { directory, ended, signal } = options;
  const bell = createBell(directory, signal);
  const follower = new LogFollower(directory);
  try {
    const first = await readLog(directory, options.from);
    yield first;
    const place = decodePlace(first.cursor);
    if (place !== undefined) {
      const file = (await listLogFiles(directory)).find(({ identity }) => identity === place.identity);
      await follower.goTo(file, place.offset);
    }
    while (!signal.aborted) {
      const over = ended();
      const page = await follower.read();
      if (page !== undefined) yield page;
      else if (over) return;
      else await bell.next();
    }
  } finally {
    bell.close();
    await follower.close();
  }
}
