/** Real containers for root tests: a busybox image, a state directory and a task directory that all go away again. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setImmediate } from 'node:timers/promises';
import { isErrno, openLinuxKernel, probeKernel, type Fd } from '@vitrine/kernel';
import {
  decodeTrace,
  LaunchFailedError,
  readExitRecord,
  ShimImage,
  spawnShim,
  type DecodedTrace,
  type ExitRecord,
  type ShimCommand,
  type SpawnedShim,
  type TracedStep,
} from '@vitrine/shim';
import type { LaunchInput } from '../launch-input.ts';
import type { OciConfig, OciNamespaceType, OciProcess } from '../oci.ts';
import { buildLaunchPlan } from './build-launch-plan.ts';

export const UID_RANGE_START = 231_072;
const UID_RANGE_SIZE = 65_536;
const APPLETS = [
  'sh',
  'cat',
  'grep',
  'id',
  'ls',
  'sleep',
  'true',
  'hostname',
  'readlink',
  'seq',
  'touch',
  'umount',
  'kill',
  'head',
  'stat',
  'ip',
  'mkdir',
  'pwd',
];
const SHIM_PACKAGE = join(dirname(fileURLToPath(import.meta.resolve('@vitrine/shim'))), '..');

/** Allows everything: enough to see that a filter is in place. */
export const ALLOW_ALL_FILTER = Uint8Array.from([0x06, 0, 0, 0, 0, 0, 0xff, 0x7f]);

const FILESYSTEMS: OciConfig['mounts'] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

export const NAMESPACES: readonly OciNamespaceType[] = ['pid', 'mount', 'uts', 'ipc', 'cgroup', 'network', 'user'];

/** What a test may want otherwise; everything else is as ordinary as it gets. */
export type Wish = {
  args: string[];
  process?: Partial<OciProcess>;
  config?: Partial<OciConfig>;
  linux?: Partial<OciConfig['linux']>;
  namespaces?: readonly OciNamespaceType[];
  input?: Partial<LaunchInput>;
};

/** Pure, for golden tests, too. */
export function launchInput(wish: Wish, features: LaunchInput['features'], rootfs: LaunchInput['rootfs']): LaunchInput {
  const namespaces = wish.namespaces ?? NAMESPACES;
  const mapping = { containerID: 0, hostID: UID_RANGE_START, size: UID_RANGE_SIZE };
  const capabilities = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_KILL', 'CAP_SETGID', 'CAP_SETUID'];
  return {
    features,
    rootfs,
    config: {
      ociVersion: '1.2.0',
      hostname: 'glass',
      root: { path: 'rootfs' },
      mounts: FILESYSTEMS,
      process: {
        args: wish.args,
        env: ['PATH=/usr/local/bin:/bin', 'GREETING=hello'],
        cwd: '/',
        user: { uid: 0, gid: 0, umask: 0o022, additionalGids: [] },
        capabilities: {
          bounding: capabilities,
          effective: capabilities,
          permitted: capabilities,
          inheritable: [],
          ambient: [],
        },
        noNewPrivileges: true,
        ...wish.process,
      },
      linux: {
        namespaces: namespaces.map((type) => ({ type })),
        ...(namespaces.includes('user') ? { uidMappings: [mapping], gidMappings: [mapping] } : {}),
        maskedPaths: ['/proc/interrupts', '/proc/keys', '/proc/scsi-that-is-not-here', '/sys/firmware'],
        readonlyPaths: ['/proc/bus', '/proc/sys'],
        sysctl: {},
        ...wish.linux,
      },
      ...wish.config,
    },
    cgroup: { version: 'v1', tasksFiles: [] },
    seccompFilter: ALLOW_ALL_FILTER,
    log: { maxBytes: 1 << 20, maxFiles: 3 },
    startAtOnce: true,
    ...wish.input,
  };
}

export type Launched = {
  shim: SpawnedShim;
  exited: Promise<ExitRecord>;
  closed: Promise<void>;
  taskDirectory: string;
  containerDirectory: string;
  trace: () => DecodedTrace;
  /** The CRI log, oldest file first. */
  log: () => string[];
};

type Prepared = { upperDirectory: string; containerDirectory: string; launch: () => Launched };

type Failure = { launched: Launched; error: LaunchFailedError; step: TracedStep | undefined };

/** One image, many containers. Dispose of it: containers that still run are killed with their shims. */
export class LaunchBench implements AsyncDisposable {
  readonly kernel = openLinuxKernel();
  readonly features = probeKernel(this.kernel);
  readonly filesystems = FILESYSTEMS;
  readonly directory: string;
  readonly runDirectory: string;
  readonly layer: string;
  readonly #image: ShimImage;
  readonly #launched: Launched[] = [];
  readonly #running = new Set<SpawnedShim>();
  #prepared = 0;

  /** `places`: below the directories of another bench, which will remove them. */
  constructor(places?: { directory: string; runDirectory: string }) {
    this.directory = places?.directory ?? mkdtempSync(join(tmpdir(), 'vitrine-launch-'));
    this.runDirectory = places?.runDirectory ?? mkdtempSync('/run/vitrine-launch-');
    this.layer = join(this.directory, 'layers', 'busybox');
    mkdirSync(this.runDirectory, { recursive: true });
    this.#image = ShimImage.load(this.kernel, builtShim());
    mkdirSync(join(this.layer, 'bin'), { recursive: true });
    mkdirSync(join(this.layer, 'etc'));
    copyFileSync('/bin/busybox', join(this.layer, 'bin', 'busybox'));
    for (const applet of APPLETS) symlinkSync('busybox', join(this.layer, 'bin', applet));
    writeFileSync(join(this.layer, 'bin', 'not-executable'), 'just text\n');
    // Only root may look in: containers of a user namespace must not need a way through here.
    chmodSync(this.directory, 0o700);
  }

  launch(wish: Wish): Launched {
    return this.prepare(wish).launch();
  }

  /** For tests that change something on disk before the launch. */
  prepare(wish: Wish): Prepared {
    const name = `c${this.#prepared}`;
    this.#prepared += 1;
    const containerDirectory = join(this.directory, name);
    const taskDirectory = join(this.runDirectory, name);
    const rootfs = this.#makeRootfs(join(this.directory, 'snapshots', name), wish.namespaces ?? NAMESPACES);
    mkdirSync(containerDirectory);
    mkdirSync(taskDirectory, { mode: 0o700 });
    const plan = buildLaunchPlan(launchInput(wish, this.features, rootfs));
    const command = { image: this.#image, plan, containerId: name, taskDirectory, containerDirectory };
    return { upperDirectory: rootfs.upperDir, containerDirectory, launch: () => this.#spawn(command) };
  }

  #spawn(command: ShimCommand): Launched {
    const { taskDirectory, containerDirectory } = command;
    const shim = spawnShim(this.kernel, command);
    this.#running.add(shim);
    void shim.ended.then(() => this.#running.delete(shim));
    const { promise: exited, resolve } = Promise.withResolvers<ExitRecord>();
    shim.client.once('exited', resolve);
    const launched: Launched = {
      shim,
      exited,
      closed: once(shim.client, 'closed').then(() => undefined),
      taskDirectory,
      containerDirectory,
      trace: () => decodeTrace(readFileSync(join(taskDirectory, 'trace'))),
      log: () => readLog(containerDirectory),
    };
    this.#launched.push(launched);
    return launched;
  }

  /** Waits until the container has written a line that ends in `text`. */
  async logLine({ containerDirectory }: Pick<Launched, 'containerDirectory'>, text: string): Promise<void> {
    const changes = watch(containerDirectory);
    try {
      while (!readLog(containerDirectory).some((line) => line.endsWith(` ${text}`))) await once(changes, 'change');
    } finally {
      changes.close();
    }
  }

  /** Waits until the process is gone, by asking it for a sign of life. */
  async gone(pidfd: Fd): Promise<void> {
    for (;;) {
      try {
        this.kernel.pidfdSendSignal(pidfd, 0);
      } catch (error) {
        if (isErrno(error, 'ESRCH')) return;
        throw error;
      }
      await setImmediate();
    }
  }

  /** Runs it to its end. Returns what it wrote on stdout, without the log's own columns. */
  async output(wish: Wish): Promise<string> {
    const launched = this.launch(wish);
    await launched.shim.launched;
    await launched.exited;
    await launched.closed;
    const [errors, lines] = [' stderr ', ' stdout '].map((stream) =>
      launched.log().filter((line) => line.includes(stream)),
    );
    if (errors !== undefined && errors.length > 0) throw new Error(`The container complained: ${errors.join('\n')}`);
    return (lines ?? []).map((line) => line.split(' ').slice(3).join(' ')).join('\n');
  }

  failure(wish: Wish): Promise<Failure> {
    return this.failureOf(this.launch(wish));
  }

  /** Waits for a launch that must fail. */
  async failureOf(launched: Launched): Promise<Failure> {
    const error: unknown = await launched.shim.launched.then(
      () => new Error('The launch worked.'),
      (reason: unknown) => reason,
    );
    await launched.closed;
    await launched.shim.ended;
    if (!(error instanceof LaunchFailedError)) throw error;
    return { launched, error, step: launched.trace().steps.find(({ outcome }) => outcome === 'failed') };
  }

  #makeRootfs(snapshot: string, namespaces: readonly OciNamespaceType[]): LaunchInput['rootfs'] {
    const upperDir = join(snapshot, 'upper');
    const workDir = join(snapshot, 'work');
    mkdirSync(upperDir, { recursive: true });
    mkdirSync(workDir);
    if (namespaces.includes('user')) chownSync(upperDir, UID_RANGE_START, UID_RANGE_START);
    return { layersParent: dirname(this.layer), layers: ['busybox'], upperDir, workDir };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { shim } of this.#launched) {
      // A number that was reaped may be somebody else's by now: only shims that still run are killed, PID 1 with them.
      if (this.#running.has(shim)) process.kill(shim.pid, 'SIGKILL');
      await shim.ended;
      shim.client.close();
    }
    this.#image[Symbol.dispose]();
    rmSync(this.directory, { recursive: true, force: true });
    rmSync(this.runDirectory, { recursive: true, force: true });
  }
}

/** The shim's binary, compiled when it is older than its sources; a guest of the lab sees both, and can write neither. */
function builtShim(): string {
  const binary = join(SHIM_PACKAGE, 'dist', 'vitrine-shim');
  const sources = readdirSync(join(SHIM_PACKAGE, 'c')).map((name) => statSync(join(SHIM_PACKAGE, 'c', name)).mtimeMs);
  const builtAtMs = statSync(binary, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (builtAtMs < Math.max(...sources)) execFileSync('bash', ['build'], { cwd: SHIM_PACKAGE, stdio: 'pipe' });
  return binary;
}

/** The entries of all files; what was written in parts (P) is joined with the part that ends its line (F). */
function readLog(directory: string): string[] {
  const files = readdirSync(directory)
    .filter((name) => /^log(\.\d+)?$/.test(name))
    .toSorted((a, b) => Number(b.slice(4) || 0) - Number(a.slice(4) || 0));
  const entries = files.flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1));
  const lines: string[] = [];
  for (const entry of entries) {
    const [, stream, , content] = /^\S+ (\S+) ([PF]) (.*)$/.exec(entry) ?? [];
    const open = lines.findLastIndex((line) => line.includes(` ${stream} `));
    if (lines[open]?.includes(` ${stream} P `) === true)
      lines[open] = `${lines[open].replace(' P ', entry.includes(' F ') ? ' F ' : ' P ')}${content}`;
    else lines.push(entry);
  }
  return lines;
}

export const exitRecordOf = (launched: Launched): Promise<ExitRecord | undefined> =>
  readExitRecord(launched.containerDirectory);

const readProc = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // Gone meanwhile.
    return '';
  }
};

/** Processes of one launch: until exec they map its trace, and after it they have `argument` on their command line. */
export const processesOf = ({ taskDirectory }: Pick<Launched, 'taskDirectory'>, argument?: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter(
      (pid) =>
        readProc(pid, 'maps').includes(join(taskDirectory, 'trace')) ||
        (argument !== undefined && readProc(pid, 'cmdline').split('\0').includes(argument)),
    );

const WHERE_A_LAUNCH_MOUNTS = new Set(['/', '/proc', '/dev', '/sys']);

/** The host's mounts as far as a launch of this bench could have changed them; others may mount meanwhile. */
export const hostMounts = ({ directory }: LaunchBench): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(directory) || WHERE_A_LAUNCH_MOUNTS.has(line.split(' ')[4] ?? ''));
