/** What can be refused before anything is made, each with the field at fault. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { KernelFeatures } from '@vitrine/kernel';
import { describeBytes, DomainError, type ContainerSpec } from '@vitrine/protocol';
import { ID_RANGE_SIZE } from './id-ranges.ts';
import type { ResolvedUser } from './users.ts';

export type HostLimits = { memoryBytes: number; cpuCount: number };

const RLIMITS = [
  'RLIMIT_AS',
  'RLIMIT_CORE',
  'RLIMIT_CPU',
  'RLIMIT_DATA',
  'RLIMIT_FSIZE',
  'RLIMIT_LOCKS',
  'RLIMIT_MEMLOCK',
  'RLIMIT_MSGQUEUE',
  'RLIMIT_NICE',
  'RLIMIT_NOFILE',
  'RLIMIT_NPROC',
  'RLIMIT_RSS',
  'RLIMIT_RTPRIO',
  'RLIMIT_RTTIME',
  'RLIMIT_SIGPENDING',
  'RLIMIT_STACK',
];

/** What has no fallback. */
export function checkHost(features: KernelFeatures): void {
  const { openat2, openTree, mountSetattr, clone3, closeRange, pidfd, overlay } = features;
  const missing = [openat2, openTree, mountSetattr, clone3, closeRange, pidfd, overlay].filter(
    ({ available }) => !available,
  );
  if (missing.length === 0) return;
  throw new DomainError('unsupported', {
    message: `This host's kernel lacks ${missing.map(({ name, detail }) => `${name} (${detail})`).join(', ')}.`,
    mend: 'Run the agent as root on Linux 5.12 or newer with overlay (modprobe overlay), and not inside another container.',
  });
}

export function checkSpec(spec: ContainerSpec, host: HostLimits, features: KernelFeatures): void {
  checkLimits(spec.limits, host);
  checkRlimits(spec.rlimits);
  checkIsolation(spec, features);
  if (!(spec.stopSignal in constants.signals)) {
    throw invalid('stopSignal', `${spec.stopSignal} is no signal.`, 'Use a name as in signal(7), for example SIGTERM.');
  }
}

function checkLimits(limits: ContainerSpec['limits'], host: HostLimits): void {
  const { memoryBytes, swapBytes, cpuCores, io } = limits;
  if (memoryBytes !== undefined && memoryBytes > host.memoryBytes) {
    throw invalid(
      'limits.memoryBytes',
      `A memory limit of ${describeBytes(memoryBytes)} is above the host's ${describeBytes(host.memoryBytes)}.`,
      'Choose a smaller one, or leave it out for no limit.',
    );
  }
  if (swapBytes !== undefined && memoryBytes === undefined) {
    throw invalid(
      'limits.swapBytes',
      'A swap limit without a memory limit limits nothing.',
      'Set limits.memoryBytes, too, or leave both out.',
    );
  }
  if (cpuCores !== undefined && cpuCores > host.cpuCount) {
    throw invalid(
      'limits.cpuCores',
      `${cpuCores} cores are above the host's ${host.cpuCount}.`,
      'Choose fewer, or leave it out for no limit.',
    );
  }
  for (const [index, { device }] of (io ?? []).entries()) {
    if (existsSync(`/sys/dev/block/${device}`)) continue;
    throw invalid(
      `limits.io.${index}.device`,
      `The host has no block device ${device}.`,
      'See the MAJ:MIN column of lsblk; limits go to whole disks.',
    );
  }
}

function checkRlimits(rlimits: ContainerSpec['rlimits']): void {
  for (const [index, { type, soft, hard }] of rlimits.entries()) {
    if (!RLIMITS.includes(type)) {
      throw invalid(`rlimits.${index}.type`, `${type} is no limit that Linux has.`, 'Use a name as in getrlimit(2).');
    }
    if (soft > hard) {
      throw invalid(
        `rlimits.${index}.soft`,
        `The soft ${type} of ${soft} is above the hard one of ${hard}.`,
        'Lower it.',
      );
    }
    if (rlimits.findIndex((other) => other.type === type) !== index) {
      throw invalid(`rlimits.${index}.type`, `${type} is given twice.`, 'Leave one out.');
    }
  }
}

function checkIsolation(spec: ContainerSpec, features: KernelFeatures): void {
  const needed = [features.userNamespaces, features.idmappedMounts, features.overlayOnIdmapped];
  const missing = needed.find(({ available }) => !available);
  if (spec.userNamespace === 'auto' && missing !== undefined) {
    throw unsupported(
      'userNamespace',
      `This host's kernel cannot give the container user ids of its own: no ${missing.name} (${missing.detail}).`,
      'Ask for userNamespace "host", or use a newer kernel; root inside is then root outside, less its capabilities.',
    );
  }
  if (spec.seccomp === 'default' && !features.seccomp.available) {
    throw unsupported(
      'seccomp',
      `This host's kernel has no system call filters (${features.seccomp.detail}).`,
      'Ask for seccomp "unconfined", or use a kernel with CONFIG_SECCOMP_FILTER.',
    );
  }
  if (spec.seccomp === 'default' && !features.libseccomp.available) {
    throw unsupported(
      'seccomp',
      `This host cannot compile the system call filter: ${features.libseccomp.detail}.`,
      'Install libseccomp on that host (Debian: apt-get install libseccomp2) and restart the agent.',
    );
  }
}

/** With a range of its own, ids past its end do not exist. */
export function checkIds(user: ResolvedUser, userNamespace: ContainerSpec['userNamespace']): void {
  if (userNamespace === 'host') return;
  const outside = [user.uid, user.gid, ...user.additionalGids].find((id) => id >= ID_RANGE_SIZE);
  if (outside === undefined) return;
  throw invalid(
    'user',
    `The id ${outside} does not exist in the container: its own range ends at ${ID_RANGE_SIZE - 1}.`,
    'Choose a smaller one, or ask for userNamespace "host".',
  );
}

const invalid = (field: string, message: string, mend: string): DomainError =>
  new DomainError('invalid-input', { field, message, mend });

const unsupported = (field: string, message: string, mend: string): DomainError =>
  new DomainError('unsupported', { field, message, mend });
