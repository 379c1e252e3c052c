/**
 * Containers of one host, from what was asked for to a running PID 1, and back to nothing.
 *
 * STATE/containers/ID/   log, exit record: the agent's, kept until the container is deleted
 * STATE/snapshots/ID/    writable layer, gone at exit unless kept
 * RUN/tasks/ID/          trace, control socket, gone at exit; making it claims the id
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CgroupError } from '@vitrine/cgroups';
import { isErrno } from '@vitrine/kernel';
import { DomainError, type ContainerSpec, type LaunchTrace } from '@vitrine/protocol';
import {
  connectShim,
  LaunchFailedError,
  readExitRecord,
  ShimGoneError,
  ShimImage,
  spawnShim,
  TraceFormatError,
  type ExitRecord,
  type ShimClient,
  type SpawnedShim,
  type ShimState,
} from '@vitrine/shim';
import { checkHost } from './check-spec.ts';
import { toDomainError } from './domain-errors.ts';
import { IdRanges } from './id-ranges.ts';
import {
  launchFailedAtStep,
  launchTimedOut,
  shimVanished,
  toLaunchTrace,
  traceOfAnotherVersion,
} from './launch-error.ts';
import { buildLaunchPlan } from './plan/build-launch-plan.ts';
import { blockedSyscalls, launchInputOf, resolveContainer } from './resolve.ts';
import type { NamedSpec, Resolved, Surroundings } from './resolve.ts';
import { SeccompFilters } from './seccomp-filters.ts';
import { removeTree, Snapshots } from './snapshots.ts';
import { findTrace, readTraceFile, ShimTask, type Task, type TaskPlaces } from './task.ts';

export type RuntimeOptions = Surroundings & {
  stateDir: string;
  runDir: string;
  /** The shim's static program. */
  shimPath: string;
};

export type Recovered =
  | { kind: 'running' | 'created'; task: Task }
  | { kind: 'exited'; exit: ExitRecord }
  /** The host rebooted, or the shim was killed: nobody saw the end. */
  | { kind: 'gone' };

export interface Runtime {
  /** DomainError with code, field and mend for all that can be known before anything exists. */
  resolve(id: string, spec: NamedSpec): Resolved;
  /**
   * Resolves when PID 1 was exec'd, or waits for `start`. Rejects LaunchError or DomainError; then nothing of it is left
   * but STATE/containers/ID.
   */
  launch(resolved: Resolved, options: { startAtOnce: boolean }): Promise<Task>;
  recover(id: string): Promise<Recovered>;
  /** Kills what is left, then removes cgroup, writable layer (unless kept) and task directory. Again is harmless. */
  cleanUp(id: string, options: { keepWritableLayer: boolean }): Promise<void>;
  /** Everything of any container that is still there. */
  leftovers(): { id: string; cgroup: boolean; task: boolean; snapshot: boolean }[];
  /** Undefined when it is gone. DomainError 'unsupported' when another version of the shim wrote it. */
  readTrace(id: string): Promise<LaunchTrace | undefined>;
  /** What the default profile refuses to somebody with these capabilities. */
  blockedSyscalls(seccomp: ContainerSpec['seccomp'], capabilities: readonly string[]): string[];
}

const SHIM_END_TIMEOUT_MS = 2000;
const LAUNCH_TIMEOUT_MS = 20_000;

class LaunchTimeoutError extends Error {}

/** DomainError 'unsupported' when this kernel lacks what every launch needs. */
export function createRuntime(options: RuntimeOptions): Runtime {
  checkHost(options.features);
  return new LinuxRuntime(options);
}

class LinuxRuntime implements Runtime {
  readonly #options: RuntimeOptions;
  readonly #shim: ShimImage;
  readonly #snapshots: Snapshots;
  readonly #seccomp: SeccompFilters;
  readonly #ranges = new IdRanges();
  /** Children of this process, until they are cleaned up. */
  readonly #shims = new Map<string, SpawnedShim>();
  readonly #tasksDir: string;
  readonly #containersDir: string;

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#tasksDir = join(options.runDir, 'tasks');
    this.#containersDir = join(options.stateDir, 'containers');
    for (const directory of [this.#tasksDir, this.#containersDir]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    }
    this.#shim = loadShim(options);
    this.#snapshots = new Snapshots(options.stateDir);
    this.#seccomp = new SeccompFilters(options.kernel, options.stateDir);
    for (const { id, start } of this.#snapshots.idRanges()) this.#ranges.hold(id, start);
  }

  resolve(id: string, spec: NamedSpec): Resolved {
    return resolveContainer(this.#options, id, spec, () => this.#ranges.take(id));
  }

  async launch(resolved: Resolved, { startAtOnce }: { startAtOnce: boolean }): Promise<Task> {
    const { id } = resolved;
    const places = this.#claim(id);
    try {
      const snapshot = this.#prepare(resolved);
      const { seccomp } = resolved.ociConfig.linux;
      const seccompFilter = seccomp === undefined ? null : this.#seccomp.filterFor(seccomp);
      const input = launchInputOf(this.#options, resolved, { ...snapshot, seccompFilter, startAtOnce });
      const plan = buildLaunchPlan(input);
      const { kernel } = this.#options;
      const spawned = spawnShim(kernel, { image: this.#shim, containerId: id, plan, ...places });
      const { client, launched } = spawned;
      this.#shims.set(id, spawned);
      const { pid, shimPid, startedAtMs } = await withDeadline(launched);
      return new ShimTask({ ...places, id, pid, shimPid, startedAtMs, client, killAll: () => this.#killAll(id) });
    } catch (error) {
      const explained = await explainLaunch(error, places);
      await this.cleanUp(id, { keepWritableLayer: false });
      throw explained;
    }
  }

  async recover(id: string): Promise<Recovered> {
    const places = this.#places(id);
    const client = await connectShim(places.taskDirectory);
    const state = client === undefined ? undefined : await settledState(client);
    if (client === undefined || (state?.phase !== 'created' && state?.phase !== 'running')) {
      client?.close();
      const exit = state?.exit ?? (await readExitRecord(places.containerDirectory, places.taskDirectory));
      return exit === undefined ? { kind: 'gone' } : { kind: 'exited', exit };
    }
    const { pid, shimPid, startedAtMs, phase } = state;
    const task = new ShimTask({ ...places, id, pid, shimPid, startedAtMs, client, killAll: () => this.#killAll(id) });
    return { kind: phase, task };
  }

  async cleanUp(id: string, { keepWritableLayer }: { keepWritableLayer: boolean }): Promise<void> {
    const { cgroups } = this.#options;
    if (cgroups.exists(id)) {
      await this.#killAll(id);
      await cgroups.remove(id);
    }
    await this.#awaitShim(id);
    await this.#snapshots.remove(id, keepWritableLayer);
    if (!keepWritableLayer) this.#ranges.release(id);
    // Last: while it is there, a crash in between is found again by `leftovers`, and the id stays claimed.
    await removeTree(this.#places(id).taskDirectory);
  }

  leftovers(): { id: string; cgroup: boolean; task: boolean; snapshot: boolean }[] {
    const cgroups = new Set(this.#options.cgroups.list());
    const tasks = new Set(readdirSync(this.#tasksDir));
    const snapshots = new Set(this.#snapshots.list());
    return [...new Set([...cgroups, ...tasks, ...snapshots])].map((id) => ({
      id,
      cgroup: cgroups.has(id),
      task: tasks.has(id),
      snapshot: snapshots.has(id),
    }));
  }

  async readTrace(id: string): Promise<LaunchTrace | undefined> {
    try {
      return toLaunchTrace(await readTraceFile(this.#places(id).taskDirectory));
    } catch (error) {
      if (error instanceof TraceFormatError) throw traceOfAnotherVersion(error);
      throw error;
    }
  }

  blockedSyscalls(seccomp: ContainerSpec['seccomp'], capabilities: readonly string[]): string[] {
    return blockedSyscalls(this.#options.kernel, seccomp, capabilities);
  }

  #places(id: string): TaskPlaces {
    return { taskDirectory: join(this.#tasksDir, id), containerDirectory: join(this.#containersDir, id) };
  }

  /** Whoever makes the task directory has the id; nobody else's things are ever cleaned up on a failure. */
  #claim(id: string): TaskPlaces {
    const places = this.#places(id);
    try {
      mkdirSync(places.taskDirectory, { mode: 0o700 });
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw toDomainError(error);
      throw new DomainError('conflict', { message: `The container ${id} is being run already.`, cause: error });
    }
    return places;
  }

  #prepare({ id, spec, uidRangeStart }: Resolved): { upperDir: string; workDir: string } {
    const { cgroups } = this.#options;
    mkdirSync(this.#places(id).containerDirectory, { recursive: true, mode: 0o700 });
    const snapshot = this.#snapshots.prepare(id, uidRangeStart ?? 0);
    cgroups.create(id);
    cgroups.applyLimits(id, spec.limits);
    return snapshot;
  }

  /** With nobody left in the cgroup the shim ends by itself; one that does not is ended. */
  async #awaitShim(id: string): Promise<void> {
    const shim = this.#shims.get(id);
    if (shim === undefined) return;
    // Not reaped yet, so the PID is still the shim's.
    const impatience = setTimeout(() => process.kill(shim.pid, 'SIGKILL'), SHIM_END_TIMEOUT_MS);
    await shim.ended;
    clearTimeout(impatience);
    shim.client.close();
    this.#shims.delete(id);
  }

  async #killAll(id: string): Promise<number> {
    try {
      return await this.#options.cgroups.kill(id);
    } catch (error) {
      if (error instanceof CgroupError && error.kind === 'gone') return 0;
      throw error;
    }
  }
}

function loadShim({ kernel, shimPath }: RuntimeOptions): ShimImage {
  try {
    return ShimImage.load(kernel, shimPath);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EACCES', 'EISDIR')) throw error;
    throw new DomainError('precondition-failed', {
      message: `The shim's program cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      mend: 'Build it: packages/shim/build (needs musl-gcc; Debian: apt-get install musl-tools).',
      cause: error,
    });
  }
}

/** A shim whose launch is under way is asked again when that is over. Undefined: it ended meanwhile. */
async function settledState(client: ShimClient): Promise<ShimState | undefined> {
  const settled = new Promise<void>((resolve) => {
    for (const event of ['created', 'launched', 'launchFailed', 'closed'] as const) client.once(event, () => resolve());
  });
  try {
    const state = await client.state();
    if (state.phase !== 'launching') return state;
    await settled;
    return await client.state();
  } catch (error) {
    if (error instanceof ShimGoneError || error instanceof LaunchFailedError) return undefined;
    throw error;
  }
}

/** A launch takes milliseconds; one that hangs (a cgroup with no room to fault a page in) must not hang its caller. */
async function withDeadline(launched: Promise<ShimState>): Promise<ShimState> {
  const { promise, reject } = Promise.withResolvers<never>();
  const deadline = setTimeout(() => reject(new LaunchTimeoutError()), LAUNCH_TIMEOUT_MS);
  try {
    return await Promise.race([launched, promise]);
  } finally {
    clearTimeout(deadline);
  }
}

async function explainLaunch(error: unknown, { taskDirectory }: TaskPlaces): Promise<unknown> {
  if (error instanceof LaunchFailedError) {
    return launchFailedAtStep(error.failure, await findTrace(taskDirectory), error);
  }
  if (error instanceof LaunchTimeoutError) return launchTimedOut(await findTrace(taskDirectory), LAUNCH_TIMEOUT_MS);
  if (error instanceof ShimGoneError) return shimVanished(await findTrace(taskDirectory), error);
  return toDomainError(error);
}
