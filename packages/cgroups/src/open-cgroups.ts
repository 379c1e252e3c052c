/** The one place where the driver is chosen. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cgroups } from './contract.ts';
import { CgroupError, errnoOf } from './errors.ts';
import { openV1 } from './v1/open.ts';
import { openV2 } from './v2/open.ts';

export interface CgroupsOptions {
  /** Where cgroup file systems are mounted. */
  readonly root?: string;
  /** Our own directory below the root (v2) or below each hierarchy (v1); may have several segments. */
  readonly parent?: string;
}

const PARENT = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** Finds out what this host has, and makes the parent directory. Throws 'unusable' or 'invalid-name'. */
export function openCgroups({ root = '/sys/fs/cgroup', parent = 'vitrine' }: CgroupsOptions = {}): Cgroups {
  if (!PARENT.test(parent)) {
    throw new CgroupError('invalid-name', {
      message: `"${parent}" cannot be the parent of our cgroups: it must be a relative path of plain names.`,
    });
  }
  try {
    // Only the root of a v2 file system has cgroup.controllers; a hybrid host has a tmpfs there.
    return existsSync(join(root, 'cgroup.controllers')) ? openV2({ root, parent }) : openV1({ root, parent });
  } catch (error) {
    if (error instanceof CgroupError) throw error;
    throw new CgroupError('unusable', {
      message: `Cannot use the control groups below ${root}: ${errnoOf(error) ?? String(error)}.`,
      mend: 'Run the agent as root, on a host where cgroups are mounted for reading and writing.',
      cause: error,
    });
  }
}
