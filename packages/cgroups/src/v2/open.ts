/** cgroup v2: one directory for everything. Needs Linux 5.14 (cgroup.kill). */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDirectory, pidsBelowOrNone, writeKernelFile } from '../cgroup-directory.ts';
import type { Cgroups } from '../contract.ts';
import type { Controller } from '../controller.ts';
import { createDriver } from '../driver.ts';
import { gone, isGone } from '../errors.ts';
import { cpu } from './cpu.ts';
import { io } from './io.ts';
import { memory } from './memory.ts';
import { pids } from './pids.ts';

const KNOWN: readonly Controller[] = [cpu, memory, pids, io];

const wordsIn = (path: string): string[] => readFileSync(path, 'latin1').split(/\s+/).filter(Boolean);

/**
 * Hands our controllers on to the children of `directory`. Each goes alone: one that is refused (a hybrid host keeps it
 * in v1, or the directory was not delegated) must not hold back the others, and is later missed by name.
 */
function delegate(directory: string): void {
  const offered = wordsIn(join(directory, 'cgroup.controllers'));
  for (const { name } of KNOWN.filter((controller) => offered.includes(controller.name))) {
    try {
      writeKernelFile(join(directory, 'cgroup.subtree_control'), `+${name}`);
    } catch {
      continue;
    }
  }
}

function makeParent(root: string, parent: string): string {
  let directory = root;
  delegate(directory);
  for (const segment of parent.split('/')) {
    directory = join(directory, segment);
    if (!isDirectory(directory)) mkdirSync(directory);
    delegate(directory);
  }
  return directory;
}

/** cgroup.kill takes everybody below at once, also those who fork meanwhile. */
function killAll(directory: string): number {
  const seen = pidsBelowOrNone(directory).length;
  try {
    writeKernelFile(join(directory, 'cgroup.kill'), '1');
  } catch (error) {
    throw isGone(error) && !existsSync(directory) ? gone(directory, error) : error;
  }
  return seen;
}

export function openV2({ root, parent }: { root: string; parent: string }): Cgroups {
  const directory = makeParent(root, parent);
  const delegated = wordsIn(join(directory, 'cgroup.subtree_control'));
  return createDriver({
    version: 'v2',
    known: KNOWN,
    limiting: KNOWN.filter((controller) => delegated.includes(controller.name)),
    // Files of a controller that is not here are simply absent, but cpu.stat always tells the usage.
    readable: KNOWN,
    parents: [directory],
    parentOf: () => directory,
    paths: (id) => ({ unified: join(directory, id) }),
    attachment: (id) => ({ kind: 'clone-into', directory: join(directory, id) }),
    populated: (own) => readFileSync(join(own, 'cgroup.events'), 'latin1').includes('populated 1'),
    kill: (own) => Promise.resolve(killAll(own)),
    prepareParents: () => void makeParent(root, parent),
  });
}
