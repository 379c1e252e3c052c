import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ContainerId } from '@vitrine/protocol';
import { ContainerRecord } from './container-record.ts';
import { findNames, findText, syncDirectory, syncFile, writeDurably } from './durable-file.ts';

/** A record of another version, which cannot be understood: told, and left alone for a person to look at. */
export type BrokenRecord = { id: string; why: string };

/** One directory a container below the state directory; `record.json` in it is the truth about that container. */
export class RecordStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  directoryOf(id: string): string {
    return path.join(this.#directory, id);
  }

  fileOf(id: string, name: 'record.json' | 'log' | 'exit' | 'launch.json' | 'autopsy.json'): string {
    return path.join(this.#directory, id, name);
  }

  /**
   * Writes the record of a container that is about to be made: it outlives the agent, though not a power cut, after which
   * there is nothing left to take back but files, and those are found without it. Synchronous, since it only goes to the
   * page cache: four trips through the thread pool would cost a launch more than the writing.
   */
  create(record: ContainerRecord): void {
    mkdirSync(this.directoryOf(record.id), { mode: 0o700 });
    writeFileSync(this.fileOf(record.id, 'record.json'), JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  }

  /** Answers when a power cut cannot take a created record any more. The three syncs share a commit of the file system. */
  async settle(id: string): Promise<void> {
    const record = syncFile(this.fileOf(id, 'record.json'));
    await Promise.all([record, syncDirectory(this.directoryOf(id)), syncDirectory(this.#directory)]);
  }

  /** Replaces the record; answers when a power cut cannot take it any more. */
  async write(record: ContainerRecord): Promise<void> {
    await writeDurably(this.fileOf(record.id, 'record.json'), JSON.stringify(record));
  }

  async writePart(id: string, name: 'launch.json' | 'autopsy.json', value: unknown): Promise<void> {
    await writeDurably(this.fileOf(id, name), JSON.stringify(value));
  }

  readPart(id: string, name: 'launch.json' | 'autopsy.json'): Promise<string | undefined> {
    return findText(this.fileOf(id, name));
  }

  /** The record goes first, so that a crash in between leaves a directory without a record: a leftover, not a container. */
  async remove(id: string): Promise<void> {
    await rm(this.fileOf(id, 'record.json'), { force: true });
    await rm(this.directoryOf(id), { recursive: true, force: true });
    await syncDirectory(this.#directory);
  }

  async readAll(): Promise<{ records: ContainerRecord[]; broken: BrokenRecord[]; leftovers: string[] }> {
    const records: ContainerRecord[] = [];
    const broken: BrokenRecord[] = [];
    const leftovers: string[] = [];
    for (const id of await findNames(this.#directory)) {
      if (!ContainerId.safeParse(id).success) continue;
      const text = await findText(this.fileOf(id, 'record.json'));
      const json = text === undefined ? undefined : findJson(text);
      // A record that was ever durable was put in place whole: one that is torn is of a container that nobody was told of.
      if (json === undefined) {
        leftovers.push(id);
        continue;
      }
      const record = ContainerRecord.safeParse(json);
      if (record.success) records.push(record.data);
      else broken.push({ id, why: record.error.message });
    }
    return { records, broken, leftovers };
  }
}

function findJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
