/**
 * What this kernel can do, asked once at the agent's start: by trying where trying leaves nothing behind, else by
 * reading what the kernel says of itself, else by its version. docs/kernel-features.md is the same table for people.
 */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { release } from 'node:os';
import { MOUNT_ATTR, O, OPEN_TREE, RESOLVE } from './flags.ts';
import type { Kernel } from './kernel.ts';
import { SyscallError } from './syscall-error.ts';

export type KernelFeature = { name: string; available: boolean; usedFor: string; detail: string };

type Answer = { available: boolean; detail: string };
type Probe = { name: string; usedFor: string; ask: (kernel: Kernel, version: KernelVersion) => Answer };
type KernelVersion = readonly [major: number, minor: number];

/** `6.18.44-fc` as [6, 18]. */
export function parseKernelVersion(text: string): KernelVersion {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
}

const since =
  (major: number, minor: number) =>
  (_kernel: Kernel, version: KernelVersion): Answer => ({
    available: version[0] > major || (version[0] === major && version[1] >= minor),
    detail: `by version: since Linux ${major}.${minor}`,
  });

const fileSays = (path: string, detail: string) => (): Answer => ({
  available: existsSync(path),
  detail: existsSync(path) ? detail : `${path} is absent`,
});

/** Available when the call works, or fails only with `meansYes`, an error that a kernel without it would not give. */
function trying(call: () => void, meansYes: readonly string[] = []): Answer {
  try {
    call();
    return { available: true, detail: 'tried' };
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return { available: meansYes.includes(error.code), detail: error.message };
  }
}

const knowsFilesystem = (type: string) => (): Answer => {
  const known = readText('/proc/filesystems')
    .split('\n')
    .some((line) => line.split('\t').at(-1) === type);
  return { available: known, detail: known ? 'in /proc/filesystems' : `${type} is not in /proc/filesystems` };
};

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function idmappedMounts(kernel: Kernel): Answer {
  // The initial user namespace may not be used for it: a kernel that knows idmapped mounts answers EPERM.
  return trying(() => {
    using tree = kernel.openTree('/', OPEN_TREE.CLONE);
    using initial = kernel.openFile('/proc/self/ns/user', O.RDONLY);
    kernel.mountSetattr(tree, { userns: initial });
  }, ['EPERM']);
}

function pressure(): Answer {
  const text = readText('/proc/pressure/cpu');
  return {
    available: text !== '',
    detail: text === '' ? '/proc/pressure cannot be read (psi=0?)' : 'in /proc/pressure',
  };
}

function signalTrace(kernel: Kernel): Answer {
  const trace = kernel.openSignalTrace(`vitrine-probe-${process.pid}`);
  if (trace === null) return { available: false, detail: 'no tracefs, no signal:signal_generate, or no right to it' };
  trace[Symbol.dispose]();
  return { available: true, detail: 'signal:signal_generate in an instance of our own' };
}

function seccompActions(action: string): Answer {
  const actions = readText('/proc/sys/kernel/seccomp/actions_avail');
  return { available: actions.split(/\s+/).includes(action), detail: `actions: ${actions.trim() || 'none'}` };
}

/** A library, not the kernel, but the filter needs both. */
function libseccomp(kernel: Kernel): Answer {
  try {
    return { available: true, detail: `knows ${kernel.listSyscalls().length} system calls` };
  } catch (error) {
    return { available: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function controllersOnV2(): Answer {
  const controllers = readText('/sys/fs/cgroup/cgroup.controllers').trim();
  return {
    available: controllers !== '',
    detail: controllers === '' ? 'controllers are on cgroup v1' : `controllers: ${controllers}`,
  };
}

function userNamespaces(): Answer {
  const max = Number(readText('/proc/sys/user/max_user_namespaces'));
  return { available: max > 0, detail: `user.max_user_namespaces is ${max}` };
}

const namespaceFile = (kind: string) => (): Answer => {
  try {
    return { available: true, detail: readlinkSync(`/proc/self/ns/${kind}`) };
  } catch {
    return { available: false, detail: `/proc/self/ns/${kind} is absent` };
  }
};

const PROBES = {
  openat2: {
    name: 'openat2',
    usedFor: 'paths inside a container that cannot lead out of it',
    ask: (kernel) =>
      trying(() => {
        using root = kernel.openDirectory('/');
        using inside = kernel.openat2(root, '.', { flags: O.PATH, resolve: RESOLVE.IN_ROOT });
        void inside;
      }),
  },
  openTree: {
    name: 'open_tree, move_mount, fsopen',
    usedFor: 'mounts by descriptor, so that no path is resolved twice',
    ask: (kernel) =>
      trying(() => {
        using tree = kernel.openTree('/', OPEN_TREE.CLONE);
        void tree;
      }),
  },
  mountSetattr: {
    name: 'mount_setattr',
    usedFor: 'read-only mounts, the mounts below them included',
    ask: (kernel) =>
      trying(() => {
        using tree = kernel.openTree('/', OPEN_TREE.CLONE);
        kernel.mountSetattr(tree, { set: MOUNT_ATTR.RDONLY });
      }),
  },
  idmappedMounts: {
    name: 'idmapped mounts',
    usedFor: 'image layers shared by containers with different user ids',
    ask: idmappedMounts,
  },
  overlay: { name: 'overlay', usedFor: 'the writable layer over the image', ask: knowsFilesystem('overlay') },
  overlayOnIdmapped: {
    name: 'overlay on idmapped layers',
    usedFor: 'a user namespace without copying the image',
    ask: since(5, 19),
  },
  overlayLowerdirAppend: {
    name: 'overlay lowerdir+',
    usedFor: 'many layers without one long string',
    ask: since(6, 8),
  },
  clone3: { name: 'clone3', usedFor: 'starting PID 1 in all its namespaces at once', ask: since(5, 5) },
  cgroupV2: { name: 'cgroup v2 controllers', usedFor: 'limits', ask: controllersOnV2 },
  cloneIntoCgroup: {
    name: 'CLONE_INTO_CGROUP',
    usedFor: 'PID 1 is born inside its limits',
    ask: (kernel, version) => (controllersOnV2().available ? since(5, 7)(kernel, version) : controllersOnV2()),
  },
  cgroupKill: {
    name: 'cgroup.kill',
    usedFor: 'ending every process of a container at once',
    ask: (kernel, version) => (controllersOnV2().available ? since(5, 14)(kernel, version) : controllersOnV2()),
  },
  pidfd: {
    name: 'pidfd',
    usedFor: 'signals and waiting that cannot hit a stranger with a reused PID',
    ask: (kernel) =>
      trying(() => {
        using self = kernel.pidfdOpen(process.pid);
        kernel.pidfdSendSignal(self, 0);
      }),
  },
  pidfdSetns: { name: 'setns by pidfd', usedFor: 'entering all namespaces of a container at once', ask: since(5, 8) },
  pidfdInfo: {
    name: 'PIDFD_GET_INFO with exit',
    usedFor: 'an exit code after the process was reaped',
    ask: since(6, 15),
  },
  closeRange: { name: 'close_range', usedFor: 'no descriptor of the host left open in a container', ask: since(5, 11) },
  userNamespaces: { name: 'user namespaces', usedFor: 'root inside is not root outside', ask: userNamespaces },
  cgroupNamespaces: {
    name: 'cgroup namespaces',
    usedFor: 'a container sees its own cgroup as the root',
    ask: namespaceFile('cgroup'),
  },
  timeNamespaces: { name: 'time namespaces', usedFor: 'nothing yet', ask: namespaceFile('time') },
  seccomp: { name: 'seccomp filters', usedFor: 'the default system call filter', ask: () => seccompActions('errno') },
  libseccomp: { name: 'libseccomp', usedFor: 'compiling the system call filter', ask: libseccomp },
  tracefs: { name: 'tracefs', usedFor: 'the signal trace', ask: knowsFilesystem('tracefs') },
  signalTrace: { name: 'signal trace', usedFor: 'who sent a fatal signal', ask: signalTrace },
  keyrings: {
    name: 'kernel keyrings',
    usedFor: 'a session keyring of its own for each container',
    ask: fileSays('/proc/keys', '/proc/keys is there'),
  },
  pressure: { name: 'pressure stall information', usedFor: 'pressure charts', ask: pressure },
  procConnector: {
    name: 'proc connector',
    usedFor: 'process events without polling (not used yet: /proc is read at 1 Hz)',
    ask: fileSays('/proc/net/connector', 'the connector is there'),
  },
} satisfies Record<string, Probe>;

export type KernelFeatureName = keyof typeof PROBES;
export type KernelFeatures = Record<KernelFeatureName, KernelFeature>;

/** Takes a few milliseconds; leaves nothing behind. `kernelRelease` is what `uname -r` says. */
export function probeKernel(kernel: Kernel, kernelRelease: string = release()): KernelFeatures {
  const version = parseKernelVersion(kernelRelease);
  const features = Object.entries(PROBES).map(([key, { name, usedFor, ask }]: [string, Probe]) => {
    const { available, detail } = ask(kernel, version);
    return [key, { name, usedFor, available, detail }];
  });
  return Object.fromEntries(features) as KernelFeatures;
}
