/** Directories and files of a cgroup file system: what both drivers do alike. */
import { closeSync, constants, openSync, readdirSync, readFileSync, rmdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CgroupError, errnoOf, isGone } from './errors.ts';
import { parsePids } from './kernel-text.ts';

/** One write(2) into an existing file: neither O_CREAT nor O_TRUNC, which cgroup file systems answer oddly. */
export function writeKernelFile(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY);
  try {
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Names of the cgroups right below; empty when the directory is gone. */
export function childNames(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/**
 * PIDs in the directory and in all below it, each once. The file is opened anew each time: v1 hands a reader that
 * keeps its descriptor, and asks more often than once a second, the same old list for ever.
 *
 * Throws ENOENT or ENODEV when the directory itself is gone.
 */
export function pidsBelow(directory: string): number[] {
  const pids = new Set(parsePids(readFileSync(join(directory, 'cgroup.procs'), 'latin1')));
  for (const name of childNames(directory)) {
    for (const pid of pidsBelowOrNone(join(directory, name))) pids.add(pid);
  }
  return [...pids];
}

export function pidsBelowOrNone(directory: string): number[] {
  try {
    return pidsBelow(directory);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Deepest first. True when nothing is left; false while a process is still in there (EBUSY). */
export function removeTree(directory: string): boolean {
  const childrenGone = childNames(directory).map((name) => removeTree(join(directory, name)));
  if (childrenGone.includes(false)) return false;
  try {
    rmdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'EBUSY') return false;
    if (!isGone(error)) throw error;
  }
  return true;
}

/**
 * Removes directories whose last processes are on their way out.
 *
 * The kernel takes a process off its cgroup some time after its parent has reaped it, v1 tells nobody when that is done,
 * and rmdir is the only question it answers: so it is asked again, at growing distances, until the timeout.
 */
export async function removeTrees(directories: readonly string[], timeoutMs: number): Promise<void> {
  const until = performance.now() + timeoutMs;
  let left = directories.filter((directory) => !removeTree(directory));
  for (let waitMs = 1; left.length > 0 && performance.now() < until; waitMs = Math.min(waitMs * 2, 50)) {
    await delay(waitMs);
    left = left.filter((directory) => !removeTree(directory));
  }
  const [stuck] = left;
  if (stuck === undefined) return;
  const pids = [...new Set(left.flatMap(pidsBelowOrNone))];
  throw new CgroupError('busy', {
    message: `Cannot remove the cgroup ${stuck}: ${pids.length} processes are still in it (${pids.slice(0, 10).join(', ')}).`,
    mend: `See "ps -o pid,stat,wchan,args -p ${pids.slice(0, 10).join(',')}"; a process in state D waits for a device.`,
    file: stuck,
  });
}
