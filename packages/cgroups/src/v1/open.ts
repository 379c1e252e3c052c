/** cgroup v1: one directory of the same name in each hierarchy, made to look like one cgroup. */
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';

import { join } from 'node:path';
import { childNames, isDirectory, pidsBelow, pidsBelowOrNone, writeKernelFile } from '../cgroup-directory.ts';
import type { Cgroups } from '../contract.ts';
import type { Controller } from '../controller.ts';
import { createDriver } from '../driver.ts';
import { CgroupError } from '../errors.ts';
import { pids } from '../v2/pids.ts';
import { blkio, countIo } from './blkio.ts';
import { cpu } from './cpu.ts';
import { cpuacct } from './cpuacct.ts';
import { fillCpuset } from './cpuset.ts';
import { applyDevicePolicy } from './devices.ts';
import { killFrozen } from './freezer.ts';
import { memory } from './memory.ts';

const KNOWN: readonly Controller[] = [cpu, cpuacct, memory, pids, blkio];
/** Hierarchies that hold no figure but make a container what it is. */
const ALSO = ['freezer', 'cpuset', 'devices'];

/** Real paths by controller: `cpu` and `cpuacct` are often two links to one hierarchy. */
function findHierarchies(root: string): Map<string, string> {
  const names = ['freezer', ...KNOWN.map((controller) => controller.name), ...ALSO];
  const found = new Map<string, string>();
  for (const name of new Set(names)) {
    if (existsSync(join(root, name, 'cgroup.procs'))) found.set(name, realpathSync(join(root, name)));
  }
  return found;
}

function requireHierarchy(hierarchies: Map<string, string>, name: string): string {
  const found = hierarchies.get(name);
  if (found !== undefined) return found;
  throw new CgroupError('unusable', {
    message: `The cgroup v1 hierarchy "${name}" is not mounted.`,
    mend: `Mount it ("mount -t cgroup -o ${name} cgroup /sys/fs/cgroup/${name}"), or boot with cgroup v2.`,
  });
}

/** Only a list that is still the kernel's default is replaced: it must not change below containers that run. */
function restrictDevices(directory: string): void {
  if (!readFileSync(join(directory, 'devices.list'), 'latin1').startsWith('a ')) return;
  if (childNames(directory).length > 0) return;
  applyDevicePolicy((file, value) => writeKernelFile(join(directory, file), value));
}

function makeParent(hierarchy: string, controller: string, parent: string): void {
  let directory = hierarchy;
  for (const segment of parent.split('/')) {
    directory = join(directory, segment);
    if (!isDirectory(directory)) mkdirSync(directory);
    if (controller === 'cpuset') fillCpuset(directory);
  }
  if (controller === 'devices') restrictDevices(directory);
}

export function openV1({ root, parent }: { root: string; parent: string }): Cgroups {
  const hierarchies = findHierarchies(root);
  const freezer = join(requireHierarchy(hierarchies, 'freezer'), parent);
  requireHierarchy(hierarchies, 'cpuacct');
  const prepareParents = () => {
    for (const [controller, hierarchy] of hierarchies) makeParent(hierarchy, controller, parent);
  };
  prepareParents();
  const parentByController = new Map([...hierarchies].map(([name, hierarchy]) => [name, join(hierarchy, parent)]));
  const parents = [...new Set(parentByController.values())].filter((directory) => directory !== freezer);
  const blkioParent = parentByController.get('blkio');
  const ioIsCounted =
    blkioParent !== undefined && countIo((file, value) => writeKernelFile(join(blkioParent, file), value));
  const present = KNOWN.filter((controller) => hierarchies.has(controller.name));
  return createDriver({
    version: 'v1',
    known: KNOWN,
    limiting: present,
    readable: present.filter((controller) => controller !== blkio || ioIsCounted),
    // The freezer comes first: it is the one that is asked for processes, and frozen before they are killed.
    parents: [freezer, ...parents],
    parentOf: (controller) => parentByController.get(controller) ?? freezer,
    paths: (id) => Object.fromEntries([...parentByController].map(([name, directory]) => [name, join(directory, id)])),
    attachment: (id) => ({
      kind: 'write-tasks',
      files: [freezer, ...parents].map((directory) => join(directory, id, 'tasks')),
    }),
    populated: (directory) => pidsBelow(directory).length > 0,
    kill: (directory) => killFrozen(directory, () => pidsBelowOrNone(directory)),
    prepareParents,
  });
}
