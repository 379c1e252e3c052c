/**
 * A new v1 cpuset has no CPU and no memory node, and no task can enter it before it has both.
 *
 * The agent's parent gets its own parent's, and cgroup.clone_children: then each mkdir below copies them in the kernel,
 * which saves every launch two reads and two writes.
 *
 * Source: Linux, Documentation/admin-guide/cgroup-v1/cpusets.rst, "2.1 Basic Usage".
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeKernelFile } from '../cgroup-directory.ts';

export function fillCpuset(directory: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (readFileSync(join(directory, file), 'latin1').trim() !== '') continue;
    writeKernelFile(join(directory, file), readFileSync(join(dirname(directory), file), 'latin1').trim());
  }
  writeKernelFile(join(directory, 'cgroup.clone_children'), '1');
}
