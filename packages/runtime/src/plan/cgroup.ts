/** Into the cgroup before anything else is used, and a cgroup namespace rooted there. */
import { O } from '@vitrine/kernel';
import type { ArenaRef, Slot } from '@vitrine/shim';
import { AT_FDCWD, named, openFlags, type PlanContext } from './plan-context.ts';

const CLONE_NEWCGROUP = 0x0200_0000;

export type CgroupEntry = { intoCgroup: ((field: ArenaRef) => void) | undefined; tasks: readonly Slot[] };

/**
 * v2: clone3 puts the child into the directory. v1: the shim opens the tasks files, since who opened decides what a
 * write may do, and the single-threaded child writes "0" itself, which takes no lock of the whole machine.
 */
export function prepareCgroup({ input, shim, plan }: PlanContext): CgroupEntry {
  const { cgroup } = input;
  if (cgroup.version === 'v2') {
    const directory = plan.slot('cgroup');
    const path = plan.arena.text(cgroup.directory);
    shim.syscall('cgroup', 'open the cgroup', 'openat', [AT_FDCWD, path, openFlags(O.PATH | O.DIRECTORY), 0], {
      result: directory,
    });
    return {
      intoCgroup: (field) => shim.poke('cgroup', 'clone into the cgroup', directory, field),
      tasks: [],
    };
  }
  const tasks = cgroup.tasksFiles.map((file) => {
    const slot = plan.slot('tasks');
    shim.syscall(
      'cgroup',
      `open ${file}`,
      'openat',
      [AT_FDCWD, plan.arena.text(file), openFlags(O.WRONLY | O.CLOEXEC), 0],
      { result: slot },
    );
    return slot;
  });
  return { intoCgroup: undefined, tasks };
}

export function enterCgroup({ child, plan, isNew }: PlanContext, tasks: readonly Slot[]): void {
  const self = plan.arena.text('0');
  for (const file of tasks) child.syscall('cgroup', 'enter the cgroup', 'write', [file, self, 1]);
  // Its root is where the caller stands, so only now, and never by clone3, which would take the shim's place.
  if (isNew('cgroup')) {
    child.syscall('namespaces', 'a cgroup namespace', 'unshare', [named(CLONE_NEWCGROUP, 'CLONE_NEWCGROUP')]);
  }
}
