/**
 * A real agent in a process of its own, with its own state, run directory and cgroup parent, for tests that need root. Leaves
 * nothing behind: containers, shims, cgroups, trace instance and directories go with it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  applyProcessUpdate,
  type ContainerDetail,
  type ContainerSpecInput,
  type HostEvent,
  type ProcessInfo,
} from '@vitrine/protocol';
import { openLinuxKernel } from '@vitrine/kernel';
import { traceInstanceOf } from '../exit/trace-instance.ts';
import { UnixClient } from './unix-client.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export type RigOptions = {
  /** Below which the state directory is made; the system's temporary directory when left out. */
  stateRoot?: string;
  arguments?: readonly string[];
};

export class AgentRig implements AsyncDisposable {
  readonly stateDir: string;
  readonly runDir: string;
  readonly cgroupParent: string;
  readonly client: UnixClient;
  readonly #root: string;
  readonly #options: RigOptions;
  #process: ChildProcess | undefined;
  #errors = '';

  private constructor(root: string, options: RigOptions) {
    this.#root = root;
    this.#options = options;
    this.stateDir = path.join(options.stateRoot ?? root, 'state');
    this.runDir = path.join(root, 'run');
    this.cgroupParent = `vitrine-test-${randomBytes(4).toString('hex')}`;
    this.client = new UnixClient(path.join(this.runDir, 'agent.sock'));
  }

  static async open(options: RigOptions = {}): Promise<AgentRig> {
    const rig = new AgentRig(await mkdtemp(path.join(tmpdir(), 'vitrine-rig-')), options);
    try {
      await rig.start();
    } catch (error) {
      await rig[Symbol.asyncDispose]();
      throw error;
    }
    return rig;
  }

  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error('the agent does not run');
    return this.#process.pid;
  }

  /** What it wrote to standard error, for a failing test. */
  get errors(): string {
    return this.#errors;
  }

  /** Answers what the agent said when it was ready. */
  async start(): Promise<{ recovered: number }> {
    const places = ['--state-dir', this.stateDir, '--run-dir', this.runDir, '--cgroup-parent', this.cgroupParent];
    const args = [MAIN, 'run', ...places, '--log-level', 'warn', ...(this.#options.arguments ?? [])];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => undefined)]);
    if (line === undefined) throw new Error(`the agent did not start:\n${this.#errors}`);
    this.#process = child;
    return JSON.parse(String(line[0])) as { recovered: number };
  }

  /** As a power cut for the agent alone. */
  async killHard(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async restart(): Promise<{ recovered: number }> {
    await this.killHard();
    return await this.start();
  }

  create(
    spec: Partial<ContainerSpecInput> = {},
    more: { start?: boolean; idempotencyKey?: string } = {},
  ): Promise<ContainerDetail> {
    return this.client.call('containers.create', { spec: { image: 'starter', ...spec }, ...more });
  }

  /** Runs a shell line as PID 1. */
  shell(line: string, spec: Partial<ContainerSpecInput> = {}): Promise<ContainerDetail> {
    return this.create({ command: ['/bin/sh', '-c', line], ...spec });
  }

  /** The first event that fits, of those that the journal holds and those to come. */
  async event<T extends HostEvent['type']>(
    type: T,
    fits: (event: Extract<HostEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<HostEvent, { type: T }>> {
    for await (const { events } of this.client.follow('events.follow', { afterSeq: 0 })) {
      for (const event of events) {
        if (event.type === type && fits(event as Extract<HostEvent, { type: T }>)) {
          return event as Extract<HostEvent, { type: T }>;
        }
      }
    }
    throw new Error(`the agent ended before "${type}"`);
  }

  exited(id: string): Promise<Extract<HostEvent, { type: 'container.exited' }>> {
    return this.event('container.exited', ({ containerId }) => containerId === id);
  }

  /** Waits until so many processes run in the container. */
  async running(id: ContainerDetail['id'], wanted: number): Promise<void> {
    let known: ReadonlyMap<number, ProcessInfo> = new Map();
    for await (const update of this.client.follow('processes.watch', { containerId: id })) {
      known = applyProcessUpdate(known, update);
      const inside = [...known.values()].filter(({ containerId }) => containerId === id);
      if (inside.length >= wanted) return;
    }
  }

  /** All events that the journal holds now. */
  async events(): Promise<HostEvent[]> {
    const { lastEventSeq } = await this.hostSample();
    const found: HostEvent[] = [];
    if (lastEventSeq === 0) return found;
    for await (const { events } of this.client.follow('events.follow', { afterSeq: 0 })) {
      found.push(...events);
      if ((found.at(-1)?.seq ?? 0) >= lastEventSeq) break;
    }
    return found;
  }

  async hostSample() {
    for await (const sample of this.client.follow('host.watch', {})) return sample;
    throw new Error('the agent ended');
  }

  /** What its containers may not leave behind: cgroups in every hierarchy, tasks, writable layers, mounts that the host sees. */
  traces(): { cgroups: string[]; tasks: string[]; snapshots: string[]; mounts: string[] } {
    const cgroups = this.#cgroupDirectories().flatMap((directory) =>
      readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => path.join(directory, name)),
    );
    const names = (directory: string) => (existsSync(directory) ? readdirSync(directory) : []);
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return {
      cgroups,
      tasks: names(path.join(this.runDir, 'tasks')),
      snapshots: names(path.join(this.stateDir, 'snapshots')),
      mounts: mounts.filter((line) => line.includes(this.#root) || line.includes(this.stateDir)),
    };
  }

  #cgroupDirectories(): string[] {
    const root = '/sys/fs/cgroup';
    const hierarchies = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [root, ...hierarchies.map(({ name }) => path.join(root, name))]
      .map((directory) => path.join(directory, this.cgroupParent))
      .filter((directory) => existsSync(directory));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#process !== undefined && this.#process.exitCode === null) {
        const containers = await this.client.call('containers.list', {});
        await Promise.all(containers.map(({ id }) => this.client.call('containers.delete', { id, force: true })));
      }
    } finally {
      await this.stop();
      await this.#removeTasks();
      for (const directory of this.#cgroupDirectories()) rmdirSync(directory);
      this.#removeTrace();
      await rm(this.stateDir, { recursive: true, force: true });
      await rm(this.#root, { recursive: true, force: true });
    }
  }

  /** What an agent that failed in the middle of a test could not take away itself. */
  async #removeTasks(): Promise<void> {
    const { tasks } = this.traces();
    for (const pid of readdirSync('/proc').map(Number)) {
      const [program, id = ''] = pid > 0 ? commandLine(pid) : [];
      if (program === 'vitrine-shim' && tasks.includes(id)) process.kill(pid, 'SIGKILL');
    }
    for (const directory of this.traces().cgroups) {
      for (const pid of readFileSync(path.join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
        process.kill(Number(pid), 'SIGKILL');
      }
      const giveUpAt = performance.now() + 2000;
      while (performance.now() < giveUpAt && !removed(directory)) await sleep(10);
    }
  }

  /** An agent that was killed leaves its trace instance for the next one, which in a test does not come. */
  #removeTrace(): void {
    openLinuxKernel().openSignalTrace(traceInstanceOf(this.stateDir))?.[Symbol.dispose]();
  }
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function removed(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
