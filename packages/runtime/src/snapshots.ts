/**
 * Writable layers: STATE/snapshots/ID/{upper,work}.
 *
 * The owner of `upper` is the container's root, so the directory itself tells which range of ids is in use, also after a
 * restart.
 */
import { chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno } from '@vitrine/kernel';
import { isRangeStart } from './id-ranges.ts';

export class Snapshots {
  readonly #directory: string;

  constructor(stateDir: string) {
    this.#directory = join(stateDir, 'snapshots');
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  /** Host id of the container's root: 0 with the host's user namespace. */
  prepare(id: string, rootUid: number): { upperDir: string; workDir: string } {
    const upperDir = this.upperDir(id);
    const workDir = join(this.#directory, id, 'work');
    mkdirSync(join(this.#directory, id), { mode: 0o700 });
    mkdirSync(upperDir, { mode: 0o755 });
    mkdirSync(workDir, { mode: 0o700 });
    if (rootUid !== 0) chownSync(upperDir, rootUid, rootUid);
    return { upperDir, workDir };
  }

  upperDir(id: string): string {
    return join(this.#directory, id, 'upper');
  }

  /** With `keepUpper`, overlay's own work directory goes and what the container wrote stays. */
  async remove(id: string, keepUpper: boolean): Promise<void> {
    await removeTree(join(this.#directory, id, ...(keepUpper ? ['work'] : [])));
  }

  list(): string[] {
    return readdirSync(this.#directory);
  }

  /** First host id of each snapshot that has a range of its own. */
  idRanges(): { id: string; start: number }[] {
    return this.list().flatMap((id) => {
      const uid = statSync(this.upperDir(id), { throwIfNoEntry: false })?.uid;
      return uid !== undefined && isRangeStart(uid) ? [{ id, start: uid }] : [];
    });
  }
}

/** A container may nest directories deeper than a path can be long; rm(1) walks by descriptors and does not mind. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!isErrno(error, 'ENAMETOOLONG', 'ENOTEMPTY')) throw error;
    await promisify(execFile)('rm', ['-rf', '--one-file-system', '--', path]);
  }
}
