/**
 * What somebody asked for, plus what the image says, as an OCI runtime configuration: the defaults, as data.
 *
 * Source   opencontainers/runtime-spec config.md and config-linux.md; moby daemon/pkg/oci/defaults.go
 */
import type { ContainerSpec, Image, Limits } from '@vitrine/protocol';
import { chooseCapabilities } from './capabilities.ts';
import { ID_RANGE_SIZE } from './id-ranges.ts';
import type { OciConfig, OciMount, OciNamespaceType, OciResources } from './oci.ts';
import { defaultSeccomp } from './seccomp-profile.ts';
import type { ResolvedUser } from './users.ts';

const OCI_VERSION = '1.2.0';
const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const UMASK = 0o022;
const CPU_PERIOD_USEC = 100_000;
const SHORT_ID_LENGTH = 12;

const MASKED_PATHS = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const MOUNTS: readonly OciMount[] = [
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
];
const SYSFS: OciMount = {
  destination: '/sys',
  type: 'sysfs',
  source: 'sysfs',
  options: ['nosuid', 'noexec', 'nodev', 'ro'],
};
/** Not the own network's, since that would need to own it, but the host's, bound: read-only. */
const HOST_SYSFS: OciMount = {
  destination: '/sys',
  type: 'bind',
  source: '/sys',
  options: ['bind', 'nosuid', 'noexec', 'nodev', 'ro'],
};
/** So that programs can read the limits they live under, as language runtimes do. */
const CGROUP: Record<'v1' | 'v2', OciMount> = {
  v1: {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'ro'],
  },
  v2: {
    destination: '/sys/fs/cgroup',
    type: 'cgroup2',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'ro'],
  },
};

export type OciConfigInput = {
  id: string;
  spec: ContainerSpec;
  image: Image;
  user: ResolvedUser;
  /** First host id of the container's own range; null: the host's user namespace. */
  uidRangeStart: number | null;
  cgroup: { version: 'v1' | 'v2'; /** As in OCI's cgroupsPath: from the root of each hierarchy. */ path: string };
  architecture: NodeJS.Architecture;
};

export function makeOciConfig(input: OciConfigInput): OciConfig {
  const { id, spec, uidRangeStart } = input;
  const hostname = spec.hostname ?? id.slice(0, SHORT_ID_LENGTH);
  const process = makeProcess(input, hostname);
  const mapping = uidRangeStart === null ? [] : [{ containerID: 0, hostID: uidRangeStart, size: ID_RANGE_SIZE }];
  return {
    ociVersion: OCI_VERSION,
    hostname,
    process,
    root: { path: 'rootfs', readonly: spec.readonlyRootfs },
    mounts: chooseMounts(input),
    annotations: spec.labels,
    linux: {
      namespaces: chooseNamespaces(spec).map((type) => ({ type })),
      ...(mapping.length === 0 ? {} : { uidMappings: mapping, gidMappings: mapping }),
      cgroupsPath: input.cgroup.path,
      resources: toOciResources(spec.limits),
      sysctl: chooseSysctls(spec),
      maskedPaths: MASKED_PATHS,
      readonlyPaths: READONLY_PATHS,
      ...(spec.seccomp === 'unconfined'
        ? {}
        : { seccomp: defaultSeccomp(process.capabilities?.bounding ?? [], input.architecture) }),
    },
  };
}

/** What runs when the image or the spec says nothing is nothing: an empty list, for the caller to refuse. */
export const chooseCommand = (spec: ContainerSpec, image: Image): string[] =>
  spec.command ?? [...image.config.entrypoint, ...image.config.cmd];

function makeProcess({ spec, image, user, cgroup }: OciConfigInput, hostname: string): OciConfig['process'] {
  // On v1 the devices hierarchy guards the host's disks; on v2 only a user namespace does.
  const deviceNodes = cgroup.version === 'v1' || spec.userNamespace === 'auto';
  const capabilities = chooseCapabilities(spec.capabilities, { deviceNodes });
  return {
    terminal: false,
    user: { uid: user.uid, gid: user.gid, umask: UMASK, additionalGids: user.additionalGids },
    args: chooseCommand(spec, image),
    env: mergeEnv([DEFAULT_PATH, `HOSTNAME=${hostname}`, `HOME=${user.home}`], image.config.env, spec.env),
    cwd: spec.workingDir ?? (image.config.workingDir === '' ? '/' : image.config.workingDir),
    // Inheritable stays empty: a program with file capabilities would otherwise gain them (CVE-2022-24769).
    capabilities: {
      bounding: capabilities,
      effective: capabilities,
      permitted: capabilities,
      inheritable: [],
      ambient: [],
    },
    rlimits: spec.rlimits,
    noNewPrivileges: spec.noNewPrivileges,
  };
}

/** Later ones win, at the place where the name first stood. */
function mergeEnv(...lists: readonly (readonly string[])[]): string[] {
  const byName = new Map(lists.flat().map((entry) => [entry.slice(0, entry.indexOf('=')), entry]));
  return [...byName.values()];
}

const chooseNamespaces = ({ network, userNamespace }: ContainerSpec): OciNamespaceType[] => [
  'pid',
  'mount',
  'uts',
  'ipc',
  'cgroup',
  ...(network === 'host' ? [] : (['network'] as const)),
  ...(userNamespace === 'host' ? [] : (['user'] as const)),
];

/** A sysfs of its own shows the network namespace it belongs to, and only that namespace's owner may mount one. */
function chooseMounts({ spec, cgroup }: OciConfigInput): OciMount[] {
  const ownsItsNetwork = spec.network !== 'host' || spec.userNamespace === 'host';
  return [...MOUNTS, ...(ownsItsNetwork ? [SYSFS, CGROUP[cgroup.version]] : [HOST_SYSFS])];
}

/** Ports below 1024 are no privilege in a network of one's own. */
const chooseSysctls = ({ network }: ContainerSpec): Record<string, string> =>
  network === 'host' ? {} : { 'net.ipv4.ip_unprivileged_port_start': '0' };

/** OCI counts swap together with memory, and CPU weight in v1's shares. */
export function toOciResources(limits: Limits): OciResources {
  const { memoryBytes, swapBytes, cpuCores, cpuWeight, pids, io } = limits;
  const memory = {
    ...(memoryBytes === undefined ? {} : { limit: memoryBytes }),
    ...(memoryBytes === undefined || swapBytes === undefined ? {} : { swap: memoryBytes + swapBytes }),
  };
  const cpu = {
    ...(cpuWeight === undefined ? {} : { shares: weightToShares(cpuWeight) }),
    ...(cpuCores === undefined ? {} : { quota: Math.round(cpuCores * CPU_PERIOD_USEC), period: CPU_PERIOD_USEC }),
  };
  return {
    ...(Object.keys(memory).length === 0 ? {} : { memory }),
    ...(Object.keys(cpu).length === 0 ? {} : { cpu }),
    ...(pids === undefined ? {} : { pids: { limit: pids } }),
    ...(io === undefined ? {} : { blockIO: toBlockIo(io) }),
  };
}

/** The inverse of the conversion that every runtime uses: shares 2…262144 and weight 1…10000, both ends meeting. */
const weightToShares = (weight: number): number => Math.round(2 + ((weight - 1) * 262_142) / 9999);

function toBlockIo(io: NonNullable<Limits['io']>): NonNullable<OciResources['blockIO']> {
  const throttles = (rateOf: (limit: NonNullable<Limits['io']>[number]) => number | undefined) =>
    io.flatMap((limit) => {
      const rate = rateOf(limit);
      const [major, minor] = limit.device.split(':').map(Number);
      return rate === undefined || major === undefined || minor === undefined ? [] : [{ major, minor, rate }];
    });
  return {
    throttleReadBpsDevice: throttles((limit) => limit.readBytesPerSec),
    throttleWriteBpsDevice: throttles((limit) => limit.writeBytesPerSec),
    throttleReadIOPSDevice: throttles((limit) => limit.readOpsPerSec),
    throttleWriteIOPSDevice: throttles((limit) => limit.writeOpsPerSec),
  };
}
