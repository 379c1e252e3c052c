/**
 * A real second host on this machine: Debian's user-mode Linux, booted as an ordinary process in about two seconds.
 *
 * Inside   Linux 6.1 with pure cgroup v2, all controllers; its own PIDs, mounts and network. The root is this machine's
 *          own tree, read-only, so node, the repository and every installed program are at their usual paths. /mnt and
 *          /tmp are an ext4 disk of the guest's own; /run is a tmpfs; /run/lab is the lab's directory, writable from
 *          both sides.
 * Absent   nf_tables for IPv4, proc connector, tracefs, time namespaces, PSI: it proves the fallbacks.
 * Never    take timings here: a system call costs many times what it does on hardware.
 * Needs    root and the Debian packages user-mode-linux, e2fsprogs, kmod, iproute2, busybox-static, util-linux.
 *
 *     await using lab = await bootLab({ name: 'alpha' });
 *     const { code, stdout } = await lab.run(['uname', '-r']);
 *
 * With a network (see lab-network.ts) the guest reaches ports of this machine that were forwarded for it:
 *
 *     await using network = await openLabNetwork('fleet');
 *     const hub = await network.forward(7080);              // "10.77.0.1:…" as the guest sees 127.0.0.1:7080
 *     await using lab = await bootLab({ name: 'alpha', network });
 *     network.cut(lab.name); network.mend(lab.name);
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { GuestProcess, type GuestResult } from './guest-process.ts';
import { type LabReply, type LabRequest, LineCutter } from './lab-line.ts';
import type { LabNetwork, LabPort } from './lab-network.ts';
import { REPOSITORY } from './repository.ts';

const BOOT_TIMEOUT_MS = 60_000;
const POWER_OFF_TIMEOUT_MS = 15_000;
const KERNEL = '/usr/bin/linux.uml';
const MODULES = '/usr/lib/uml/modules';
const INIT = fileURLToPath(new URL('guest-init.sh', import.meta.url));
const RUNNER = fileURLToPath(new URL('guest-runner.ts', import.meta.url));

export interface LabOptions {
  /** The guest's hostname; also names its files here. */
  readonly name: string;
  /** As the kernel takes it: `1G`. Only what is touched costs memory of this machine. */
  readonly memory?: string;
  /** Size of the ext4 disk at /mnt; sparse. */
  readonly diskBytes?: number;
  readonly network?: LabNetwork;
}

export interface CommandOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Told of every piece of output as it comes. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
}

export interface Lab extends AsyncDisposable {
  readonly name: string;
  /** On this machine; the guest sees it as /run/lab. Gone after power-off. */
  readonly directory: string;
  /** Starts a program in the guest as root. Not found: code null and `error` says why. */
  start(argv: string[], options?: CommandOptions): GuestProcess;
  /** Starts a program and waits for its end, whatever its code. */
  run(argv: string[], options?: CommandOptions): Promise<GuestResult>;
  /** What the guest's kernel and init wrote. */
  console(): string;
  /** As pulling the plug: nothing in the guest gets a word. */
  crash(): Promise<void>;
  powerOff(): Promise<void>;
}

function requireTools(): void {
  for (const [path, debianPackage] of [
    [KERNEL, 'user-mode-linux'],
    ['/sbin/mkfs.ext4', 'e2fsprogs'],
    ['/sbin/modprobe', 'kmod'],
    ['/bin/busybox', 'busybox-static'],
  ]) {
    if (path !== undefined && !existsSync(path))
      throw new Error(`The lab needs ${path}: run "apt-get install ${debianPackage}".`);
  }
}

/** Disk and module tree of one guest, in a directory that goes with it. */
function prepareDirectory(diskBytes: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-lab-'));
  const disk = join(directory, 'disk.img');
  execFileSync('truncate', ['-s', `${diskBytes}`, disk]);
  // No lazy initialisation: it would go on writing in the background of the guest.
  execFileSync('/sbin/mkfs.ext4', ['-q', '-F', '-O', '^has_journal', '-E', 'lazy_itable_init=0', disk]);
  const modules = join(directory, 'modules/lib/modules');
  mkdirSync(modules, { recursive: true });
  for (const version of readdirSync(MODULES)) symlinkSync(join(MODULES, version), join(modules, version));
  return directory;
}

function kernelArguments(options: LabOptions, directory: string, port: LabPort | undefined): string[] {
  return [
    'rootfstype=hostfs',
    'rootflags=/',
    'ro',
    `mem=${options.memory ?? '1G'}`,
    `init=${INIT}`,
    `ubd0=${join(directory, 'disk.img')}`,
    `uml_dir=${join(directory, 'uml')}`,
    'umid=guest',
    'con=null',
    'con0=null,fd:1',
    'ssl=null',
    'ssl0=fd:3',
    'quiet',
    `LAB_NAME=${options.name}`,
    `LAB_DIR=${directory}`,
    `LAB_REPO=${REPOSITORY}`,
    `LAB_NODE=${process.execPath}`,
    `LAB_RUNNER=${RUNNER}`,
    ...(port === undefined
      ? []
      : [
          `vec0:transport=tap,ifname=${port.tap},depth=64,gro=0`,
          `LAB_ADDRESS=${port.address}`,
          `LAB_GATEWAY=${port.gateway}`,
        ]),
  ];
}

function spawnKernel(options: LabOptions, directory: string, port: LabPort | undefined): ChildProcess {
  const log = openSync(join(directory, 'console.log'), 'w');
  // A PID namespace around the kernel: with it go the helper processes that it starts, however it ends. And it goes with
  // unshare, which goes with this process.
  const around = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child=KILL'];
  const command = [...around, KERNEL, ...kernelArguments(options, directory, port)];
  const [program = '', ...args] = port === undefined ? command : ['nsenter', `--net=${port.netnsPath}`, ...command];
  try {
    return spawn(program, args, { stdio: ['ignore', log, log, 'pipe'], detached: true, cwd: directory });
  } finally {
    closeSync(log);
  }
}

class UserModeLab implements Lab {
  readonly name: string;
  readonly directory: string;
  readonly #kernel: ChildProcess;
  readonly #line: Duplex;
  readonly #processes = new Map<number, GuestProcess>();
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended: Promise<unknown>;
  readonly #port: LabPort | undefined;
  #nextId = 1;
  #consoleText = '';

  constructor(options: LabOptions, directory: string, port: LabPort | undefined) {
    this.name = options.name;
    this.directory = directory;
    this.#port = port;
    this.#kernel = spawnKernel(options, directory, port);
    this.#line = this.#kernel.stdio[3] as Duplex;
    this.#ended = once(this.#kernel, 'exit').then(() => this.#failAll('the guest is off'));
    this.#ended.catch(() => undefined);
    this.#listen();
  }

  #listen(): void {
    const lines = new LineCutter();
    this.#line.setEncoding('utf8');
    this.#line.on('data', (piece: string) => {
      for (const line of lines.cut(piece)) this.#hear(JSON.parse(line) as LabReply);
    });
    // The line breaks when the guest goes; `exit` tells that.
    this.#line.on('error', () => undefined);
  }

  #hear(reply: LabReply): void {
    if (reply.type === 'ready') return this.#ready.resolve();
    const process = this.#processes.get(reply.id);
    if (reply.type === 'output') return process?.hearOutput(reply.stream, Buffer.from(reply.base64, 'base64'));
    this.#processes.delete(reply.id);
    process?.hearExit(reply);
  }

  #failAll(why: string): void {
    this.#ready.reject(new Error(`${why}:\n${this.console().slice(-4000)}`));
    for (const process of this.#processes.values()) process.hearLoss(`${this.name}: ${why}`);
    this.#processes.clear();
  }

  #say(request: LabRequest): void {
    this.#line.write(`${JSON.stringify(request)}\n`);
  }

  async booted(): Promise<void> {
    const timer = setTimeout(() => this.#failAll('the guest did not boot in time'), BOOT_TIMEOUT_MS);
    try {
      await this.#ready.promise;
    } catch (error) {
      await this.crash();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  start(argv: string[], { env = {}, cwd = '/', onOutput }: CommandOptions = {}): GuestProcess {
    const id = this.#nextId;
    this.#nextId += 1;
    const process = new GuestProcess((signal) => this.#say({ type: 'signal', id, signal }), onOutput);
    this.#processes.set(id, process);
    this.#say({ type: 'start', id, argv, env, cwd });
    return process;
  }

  run(argv: string[], options: CommandOptions = {}): Promise<GuestResult> {
    return this.start(argv, options).exited;
  }

  console(): string {
    const path = join(this.directory, 'console.log');
    if (existsSync(path)) this.#consoleText = readFileSync(path, 'utf8');
    return this.#consoleText;
  }

  async crash(): Promise<void> {
    // The whole group: the guest's processes are processes of this machine, too.
    const { pid } = this.#kernel;
    if (pid !== undefined && this.#kernel.exitCode === null && this.#kernel.signalCode === null) {
      process.kill(-pid, 'SIGKILL');
      await this.#ended;
    }
    this.#cleanUp();
  }

  async powerOff(): Promise<void> {
    if (this.#kernel.exitCode === null && this.#kernel.signalCode === null) {
      this.#say({ type: 'power-off' });
      const late = setTimeout(() => {
        if (this.#kernel.pid !== undefined) process.kill(-this.#kernel.pid, 'SIGKILL');
      }, POWER_OFF_TIMEOUT_MS);
      await this.#ended;
      clearTimeout(late);
    }
    this.#cleanUp();
  }

  #cleanUp(): void {
    this.console();
    this.#line.destroy();
    this.#port?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.powerOff();
  }
}

/** Boots a guest and waits until it obeys. A guest that does not boot is an error with the end of its console. */
export async function bootLab(options: LabOptions): Promise<Lab> {
  requireTools();
  const directory = prepareDirectory(options.diskBytes ?? 2 * 1024 ** 3);
  const port = options.network?.plug(options.name);
  const lab = new UserModeLab(options, directory, port);
  await lab.booted();
  return lab;
}
