import type { ContainerSpec } from '@vitrine/protocol';
import { quoteWords } from './command-line.ts';
import { formatLines } from './lines.ts';
import { formatSize } from './quantity.ts';

/** The form as it is typed: text until it is read. Empty means "leave it to the default". */
export interface Draft {
  name: string;
  image: string;
  command: string;
  /** One NAME=value a line. */
  env: string;
  workingDir: string;
  user: string;
  hostname: string;
  memory: string;
  swap: string;
  cpuCores: string;
  cpuWeight: string;
  pids: string;
  userNamespace: ContainerSpec['userNamespace'];
  network: ContainerSpec['network'];
  seccomp: ContainerSpec['seccomp'];
  noNewPrivileges: boolean;
  capAdd: string;
  capDrop: string;
  readonlyRootfs: boolean;
  keepWritableLayer: boolean;
  /** One `nofile=1024:4096` a line. */
  rlimits: string;
  stopSignal: string;
  stopTimeoutSec: string;
  /** One name=value a line. */
  labels: string;
  start: boolean;
}

export type DraftField = keyof Draft;

export const SECTIONS = ['program', 'limits', 'security', 'options'] as const;
export type Section = (typeof SECTIONS)[number];

export const SECTION_OF: Record<DraftField, Section> = {
  name: 'program',
  image: 'program',
  command: 'program',
  env: 'program',
  workingDir: 'program',
  hostname: 'program',
  memory: 'limits',
  swap: 'limits',
  cpuCores: 'limits',
  cpuWeight: 'limits',
  pids: 'limits',
  rlimits: 'limits',
  user: 'security',
  userNamespace: 'security',
  network: 'security',
  seccomp: 'security',
  noNewPrivileges: 'security',
  capAdd: 'security',
  capDrop: 'security',
  readonlyRootfs: 'security',
  keepWritableLayer: 'options',
  stopSignal: 'options',
  stopTimeoutSec: 'options',
  labels: 'options',
  start: 'options',
};

/** Limits that keep a runaway from taking the host along; everything else is the specification's default. */
export const EMPTY_DRAFT: Draft = {
  name: '',
  image: '',
  command: '',
  env: '',
  workingDir: '',
  user: '',
  hostname: '',
  memory: '256 MiB',
  swap: '0',
  cpuCores: '0.5',
  cpuWeight: '',
  pids: '128',
  userNamespace: 'auto',
  network: 'none',
  seccomp: 'default',
  noNewPrivileges: true,
  capAdd: '',
  capDrop: '',
  readonlyRootfs: false,
  keepWritableLayer: false,
  rlimits: '',
  stopSignal: 'SIGTERM',
  stopTimeoutSec: '10',
  labels: '',
  start: true,
};

const text = (value: number | string | undefined): string => (value === undefined ? '' : String(value));
const size = (bytes: number | undefined): string => (bytes === undefined ? '' : formatSize(bytes));

/** A form that asks for the same container again. The name is left out: the old one may still hold it. */
export function draftOf(spec: ContainerSpec): Draft {
  const { limits } = spec;
  return {
    name: '',
    image: spec.image,
    command: spec.command === undefined ? '' : quoteWords(spec.command),
    env: formatLines(spec.env),
    workingDir: text(spec.workingDir),
    user: text(spec.user),
    hostname: text(spec.hostname),
    memory: size(limits.memoryBytes),
    swap: size(limits.swapBytes),
    cpuCores: text(limits.cpuCores),
    cpuWeight: text(limits.cpuWeight),
    pids: text(limits.pids),
    userNamespace: spec.userNamespace,
    network: spec.network,
    seccomp: spec.seccomp,
    noNewPrivileges: spec.noNewPrivileges,
    capAdd: spec.capabilities.add.join(' '),
    capDrop: spec.capabilities.drop.join(' '),
    readonlyRootfs: spec.readonlyRootfs,
    keepWritableLayer: spec.keepWritableLayer,
    rlimits: spec.rlimits
      .map(({ type, soft, hard }) => `${type.replace('RLIMIT_', '').toLowerCase()}=${soft}:${hard}`)
      .join('\n'),
    stopSignal: spec.stopSignal,
    stopTimeoutSec: String(spec.stopTimeoutSec),
    labels: formatLines(Object.entries(spec.labels).map(([name, value]) => `${name}=${value}`)),
    start: true,
  };
}
