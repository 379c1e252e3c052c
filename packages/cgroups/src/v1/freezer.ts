/**
 * Killing everybody in a v1 cgroup, which has no cgroup.kill.
 *
 * Frozen processes cannot fork, so a list read while they are frozen is complete. A SIGKILL is delivered when they thaw,
 * and therefore the thaw must happen on every way out: a cgroup left frozen can never be emptied.
 *
 * Source   Linux, Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../errors.ts';

const FREEZE_TIMEOUT_MS = 500;

/** freezer.state stays FREEZING until the last task has stopped; a task in an uninterruptible sleep may never. */
async function freeze(stateFile: string): Promise<void> {
  writeFileSync(stateFile, 'FROZEN');
  const until = performance.now() + FREEZE_TIMEOUT_MS;
  // Reading the state is what makes the kernel look again, and there is no event for it: hence a bounded poll.
  while (readFileSync(stateFile, 'latin1').trim() !== 'FROZEN' && performance.now() < until) await delay(1);
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

/** Answers how many PIDs got a SIGKILL. `listPids` is asked while nothing in the cgroup can run. */
export async function killFrozen(directory: string, listPids: () => number[]): Promise<number> {
  const stateFile = join(directory, 'freezer.state');
  try {
    await freeze(stateFile);
    const pids = listPids();
    for (const pid of pids) signal(pid);
    return pids.length;
  } finally {
    writeFileSync(stateFile, 'THAWED');
  }
}
