import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd, tryToEnd } from '@vitrine/e2e';
import type { ShellTimer } from '../shell-timer.ts';

/** A command-line runtime beside us: one start, timed, and its clean-up, untimed. */
export interface Peer extends AsyncDisposable {
  readonly name: string;
  readonly version: string;
  /** Milliseconds of one start. */
  readonly start: () => Promise<number>;
}

/** undefined: it is not installed, and so it is not in the result. */
export async function findProgram(name: string): Promise<string | undefined> {
  const found = await tryToEnd(['bash', '-c', `command -v ${name}`]);
  return found.code === 0 ? found.stdout.trim() : undefined;
}

/** "runc version 1.1.5+ds1\n…" → "1.1.5+ds1" */
export const versionIn = (text: string): string => /\d+\.\d+[^\s,]*/.exec(text)?.[0] ?? 'unknown';

interface SpecFile {
  process: { args: string[]; terminal: boolean };
  root: { path: string };
  linux: { cgroupsPath: string; resources: { memory?: object; cpu?: object; pids?: object } };
}

/**
 * A bundle as `runc spec` makes it (every namespace but user; capabilities, masked paths; no network, no overlay), with
 * our memory, CPU and PID limits and the same program. What it leaves out makes the peer faster, never slower.
 */
export async function makeBundle(dir: string, rootfs: string, cgroupsPath: string): Promise<string> {
  const bundle = join(dir, 'bundle');
  await mkdir(bundle, { recursive: true });
  await runToEnd(['runc', 'spec', '--bundle', bundle]);
  const path = join(bundle, 'config.json');
  const spec = JSON.parse(await readFile(path, 'utf8')) as SpecFile;
  spec.process.args = ['/bin/sleep', '1000'];
  spec.process.terminal = false;
  spec.root.path = rootfs;
  spec.linux.cgroupsPath = cgroupsPath;
  Object.assign(spec.linux.resources, {
    memory: { limit: 64 * 1024 * 1024 },
    cpu: { quota: 50_000, period: 100_000 },
    pids: { limit: 32 },
  });
  await writeFile(path, JSON.stringify(spec));
  return bundle;
}

/**
 * crun refuses hosts where cgroup v2 has a controller beside v1 ("cgroups in hybrid mode not supported"). In a mount
 * namespace of its own the v2 tree is covered, and it sees plain v1; for runc that makes no difference.
 */
export const COVER_UNIFIED = '[ ! -d /sys/fs/cgroup/unified ] || mount -t tmpfs none /sys/fs/cgroup/unified || exit 1';

/** `run --detach`, from the shell's fork to the command's return: by then the container's program has been exec'd. */
export async function ociRuntimePeer(
  program: 'crun' | 'runc',
  { bundle, stateRoot, word, shell }: { bundle: string; stateRoot: string; word: string; shell: ShellTimer },
): Promise<Peer | undefined> {
  const path = await findProgram(program);
  if (path === undefined) return undefined;
  const version = versionIn(await runToEnd([path, '--version']));
  const base = `${path} --root ${join(stateRoot, program)}`;
  let count = 0;
  return {
    name: `${program} run`,
    version,
    start: async () => {
      const id = `${word}-${program}-${count++}`;
      const ms = await shell.time(`${base} run --detach --bundle ${bundle} ${id}`);
      await shell.time(`${base} delete --force ${id}`);
      return ms;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
