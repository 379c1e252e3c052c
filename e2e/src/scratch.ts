import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** Places on this machine that belong to one test run alone, and are given back at its end. */
export interface Scratch extends AsyncDisposable {
  /** A short word that no other run has: for names of cgroups, network namespaces and interfaces. */
  readonly word: string;
  readonly dir: string;
}

export async function makeScratch(purpose: string): Promise<Scratch> {
  const word = `vitrine-${purpose}-${randomBytes(3).toString('hex')}`;
  const dir = await mkdtemp(join(tmpdir(), `${word}-`));
  return { word, dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

async function directoriesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

/** Every directory of one name at the top of each cgroup hierarchy, with all below it, deepest first. */
async function cgroupTree(path: string): Promise<string[]> {
  const below = await Promise.all((await directoriesBelow(path)).map(cgroupTree));
  return [...below.flat(), path];
}

/** What is left of a cgroup parent, in all hierarchies. */
export async function findCgroups(parent: string): Promise<string[]> {
  const hierarchies = [CGROUP_ROOT, ...(await directoriesBelow(CGROUP_ROOT))];
  const found = await Promise.all(
    hierarchies.map(async (hierarchy) => {
      const names = (await directoriesBelow(hierarchy)).filter((path) => path.endsWith(`/${parent}`));
      return (await Promise.all(names.map(cgroupTree))).flat();
    }),
  );
  return found.flat();
}

/** Removes the empty cgroups of a run; one that still holds a process is an error, because something was left behind. */
export async function removeCgroups(parent: string): Promise<void> {
  for (const path of await findCgroups(parent)) await rmdir(path);
}
