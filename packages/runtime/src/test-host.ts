/** A host of its own for one test: own state, own cgroup parent, own run directory, on the real kernel. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { openCgroups } from '@vitrine/cgroups';
import { makeStarterImage, openImageStore, type ImageStore } from '@vitrine/images';
import { openLinuxKernel, probeKernel } from '@vitrine/kernel';
import { ContainerSpec, type ContainerSpecInput } from '@vitrine/protocol';
import type { Resolved } from './resolve.ts';
import { createRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
import type { Task } from './task.ts';

const SHIM_PATH = new URL('../../shim/dist/vitrine-shim', import.meta.url).pathname;
const BUSYBOX = '/bin/busybox';

const kernel = openLinuxKernel();
const features = probeKernel(kernel);

export type TestHost = AsyncDisposable & {
  runtime: Runtime;
  options: RuntimeOptions;
  stateDir: string;
  store: ImageStore;
  resolve(spec: Partial<ContainerSpecInput>): Resolved;
  /** Resolves when it runs. */
  run(spec: Partial<ContainerSpecInput>): Promise<Task>;
  /** Runs it to its end, cleans up, and answers what it said. */
  output(spec: Partial<ContainerSpecInput>): Promise<string>;
  log(id: string): string;
  /** As an agent that starts anew on the same directories. */
  restart(): Runtime;
};

export const newId = (): string => randomBytes(32).toString('hex');

/** `stateDir`: made and removed by the caller. */
export async function openTestHost(given: { stateDir?: string } = {}): Promise<TestHost> {
  if (!existsSync(SHIM_PATH)) execFileSync(new URL('../../shim/build', import.meta.url).pathname);
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-rt-'));
  const stateDir = given.stateDir ?? join(directory, 'state');
  const cgroups = openCgroups({ parent: `vitrine-test-${randomBytes(4).toString('hex')}` });
  const images = openImageStore(stateDir);
  await makeStarterImage(images, BUSYBOX);
  const options: RuntimeOptions = {
    kernel,
    features,
    cgroups,
    images,
    stateDir,
    runDir: join(directory, 'run'),
    shimPath: SHIM_PATH,
    host: { memoryBytes: totalmem(), cpuCount: cpus().length },
  };
  const runtime = createRuntime(options);
  const ids: string[] = [];

  const host: TestHost = {
    runtime,
    options,
    stateDir,
    store: images,
    resolve: (spec) => {
      const id = newId();
      ids.push(id);
      return runtime.resolve(id, {
        ...ContainerSpec.parse({ image: 'starter', ...spec }),
        name: `t-${id.slice(0, 8)}`,
      });
    },
    run: (spec) => runtime.launch(host.resolve(spec), { startAtOnce: true }),
    output: async (spec) => {
      const task = await host.run(spec);
      await task.exited;
      await runtime.cleanUp(task.id, { keepWritableLayer: false });
      return host.log(task.id);
    },
    log: (id) => readLog(join(stateDir, 'containers', id, 'log')),
    restart: () => createRuntime(options),
    [Symbol.asyncDispose]: async () => {
      for (const id of ids) await runtime.cleanUp(id, { keepWritableLayer: false });
      cgroups.removeParent();
      cgroups[Symbol.dispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return host;
}

/** What a CRI log says, without times and tags. */
function readLog(path: string): string {
  return readOrNothing(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').slice(3).join(' '))
    .join('\n');
}

/** All on this machine that a container could leave behind; two listings are compared. */
export function listLeavings(host: TestHost) {
  const { stateDir, options } = host;
  return {
    mounts: mountsOf(stateDir),
    cgroups: options.cgroups.list(),
    networkNamespaces: namespacesInUse('net'),
    tasks: readdirSync(join(options.runDir, 'tasks')),
    snapshots: readdirSync(join(stateDir, 'snapshots')),
    descriptors: readdirSync('/proc/self/fd').length,
    shims: processesCalled('vitrine-shim'),
  };
}

/** Those that name our directories, and those of the kinds that only containers have; others may mount meanwhile. */
function mountsOf(stateDir: string): string[] {
  const kinds = /- (overlay|proc|sysfs|mqueue|devpts|cgroup2?) /;
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(stateDir) || kinds.test(line));
}

const pids = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Of what is ours: other tests on this machine may run containers, too. */
function namespacesInUse(kind: string): string[] {
  const own = readlinkSync(`/proc/self/ns/${kind}`);
  const found = descendants().flatMap((pid) => readLinkOrNothing(`/proc/${pid}/ns/${kind}`));
  return [...new Set(found)].filter((namespace) => namespace !== own).toSorted((a, b) => a.localeCompare(b));
}

const processesCalled = (comm: string): string[] =>
  descendants().filter((pid) => readOrNothing(`/proc/${pid}/comm`).trim() === comm);

/** Every process below this one. */
function descendants(): string[] {
  const parentOf = new Map(
    pids().map((pid) => [pid, /^PPid:\t(\d+)$/m.exec(readOrNothing(`/proc/${pid}/status`))?.[1]]),
  );
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === `${process.pid}` || isOurs(parentOf.get(pid)));
  return [...parentOf.keys()].filter((pid) => pid !== `${process.pid}` && isOurs(pid));
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLinkOrNothing(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}
