/**
 * A kernel file that is opened once and re-read from its start with pread, which makes the kernel print it anew.
 *
 * Opening costs more than reading: at once a second for every container that is most of the cost of watching.
 * An open file does not keep its cgroup from being removed; afterwards reads answer ENODEV.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { errnoOf } from './errors.ts';

/** Larger than any cgroup file except memory.numa_stat on large machines, which nobody here reads. */
const buffer = Buffer.allocUnsafe(64 * 1024);

/** This kernel, or this configuration, has no such file: ENOENT, or EOPNOTSUPP of *.pressure when PSI is off. */
const ABSENT = new Set(['ENOENT', 'EOPNOTSUPP', 'ENOTSUP']);

export class KeptFile {
  readonly path: string;
  #fd: number | undefined;
  #absent = false;

  constructor(path: string) {
    this.path = path;
  }

  /** The text, or null when this kernel has no such file. Throws what the kernel said otherwise (ENODEV: removed). */
  read(): string | null {
    if (this.#absent) return null;
    try {
      this.#fd ??= openSync(this.path, 'r');
      return buffer.toString('latin1', 0, readSync(this.#fd, buffer, 0, buffer.length, 0));
    } catch (error) {
      if (!ABSENT.has(errnoOf(error) ?? '')) throw error;
      this.#absent = true;
      return null;
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#absent = true;
  }
}
