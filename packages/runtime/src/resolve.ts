/** From what was asked for to what will be done: every look-up and every check, nothing made. */
import { join } from 'node:path';
import type { Cgroups } from '@vitrine/cgroups';
import type { ImageStore } from '@vitrine/images';
import type { Kernel, KernelFeatures } from '@vitrine/kernel';
import { DomainError, type ContainerSpec, type Image } from '@vitrine/protocol';
import { chooseCapabilities } from './capabilities.ts';
import { checkIds, checkSpec, type HostLimits } from './check-spec.ts';
import type { LaunchInput } from './launch-input.ts';
import { readImageFile } from './layer-files.ts';
import { chooseCommand, makeOciConfig } from './oci-config.ts';
import type { OciConfig } from './oci.ts';
import { refusedSyscalls } from './seccomp-filters.ts';
import { defaultSeccomp } from './seccomp-profile.ts';
import { resolveUser, type ResolvedUser } from './users.ts';

export type NamedSpec = ContainerSpec & { name: string };

/** A container that could be made: all is decided, nothing is done but that its range of ids is reserved. */
export type Resolved = {
  id: string;
  spec: NamedSpec;
  image: Image;
  ociConfig: OciConfig;
  command: string[];
  uidRangeStart: number | null;
  cgroup: { version: 'v1' | 'v2'; paths: Record<string, string> };
  blockedSyscalls: string[];
};

/** What look-ups need of the host. */
export type Surroundings = {
  kernel: Kernel;
  features: KernelFeatures;
  cgroups: Cgroups;
  images: Omit<ImageStore, 'put'>;
  host: HostLimits;
  log?: LaunchInput['log'];
};

const DEFAULT_LOG: LaunchInput['log'] = { maxBytes: 10 * 1024 * 1024, maxFiles: 3 };

const SHOWN_CONTROLLERS = ['memory', 'cpu', 'pids'];

/** `takeRange` is asked last, when nothing but a full host can still go wrong. */
export function resolveContainer(around: Surroundings, id: string, spec: NamedSpec, takeRange: () => number): Resolved {
  checkSpec(spec, around.host, around.features);
  const image = findImage(around.images, spec.image);
  const user = findUser(around, spec, image);
  const command = chooseCommand(spec, image);
  if (command[0] === undefined || command[0] === '') throw noCommand(image);
  // Only for its check: a wrong name must be told before a range of ids is taken.
  chooseCapabilities(spec.capabilities, { deviceNodes: true });
  const { version } = around.cgroups;
  const paths = around.cgroups.paths(id);
  const uidRangeStart = spec.userNamespace === 'auto' ? takeRange() : null;
  const ociConfig = makeOciConfig({
    id,
    spec,
    image,
    user,
    uidRangeStart,
    cgroup: { version, path: cgroupsPath(paths) },
    architecture: process.arch,
  });
  const { seccomp } = ociConfig.linux;
  return {
    id,
    spec,
    image,
    ociConfig,
    command,
    uidRangeStart,
    cgroup: { version, paths },
    blockedSyscalls: seccomp === undefined ? [] : refusedSyscalls(around.kernel, seccomp),
  };
}

/** What a launch plan is made of. The directories need not be there for a plan that is only shown. */
export function launchInputOf(
  around: Surroundings,
  { id, image, ociConfig }: Resolved,
  made: { upperDir: string; workDir: string; seccompFilter: Uint8Array | null; startAtOnce: boolean },
): LaunchInput {
  const attachment = around.cgroups.attachment(id);
  return {
    config: ociConfig,
    features: around.features,
    rootfs: {
      layersParent: around.images.layersDir,
      layers: around.images.layerDirectories(image),
      upperDir: made.upperDir,
      workDir: made.workDir,
    },
    cgroup:
      attachment.kind === 'clone-into'
        ? { version: 'v2', directory: attachment.directory }
        : { version: 'v1', tasksFiles: attachment.files, hierarchies: hierarchiesShown(attachment.files) },
    seccompFilter: made.seccompFilter,
    log: around.log ?? DEFAULT_LOG,
    startAtOnce: made.startAtOnce,
  };
}

/** `/sys/fs/cgroup/cpu,cpuacct/vitrine/ID/tasks` as `cpu,cpuacct`: those whose limits programs ask for. */
function hierarchiesShown(tasksFiles: readonly string[]): string[] {
  const names = tasksFiles.map((file) => file.replace('/sys/fs/cgroup/', '').split('/')[0] ?? '');
  const isShown = (controller: string): boolean => SHOWN_CONTROLLERS.includes(controller);
  return names.filter((name) => name.split(',').some(isShown));
}

export function blockedSyscalls(
  kernel: Kernel,
  seccomp: ContainerSpec['seccomp'],
  capabilities: readonly string[],
): string[] {
  return seccomp === 'unconfined' ? [] : refusedSyscalls(kernel, defaultSeccomp(capabilities, process.arch));
}

function findImage(images: Surroundings['images'], reference: string): Image {
  const image = images.find(reference);
  if (image !== undefined) return image;
  const known = images.list().map((other) => other.reference);
  throw new DomainError('not-found', {
    field: 'image',
    message: `This host has no image called ${reference}.`,
    mend: known.length === 0 ? 'It has no image yet: start the agent once.' : `It has: ${known.join(', ')}.`,
  });
}

const USERS_KEPT = 64;
/** By image and by what was asked for. Layers never change, and reading two files of a hostile image takes 40 calls. */
const knownUsers = new WeakMap<Image, Map<string, ResolvedUser>>();

function findUser(around: Surroundings, spec: NamedSpec, image: Image): ResolvedUser {
  const asked = spec.user ?? image.config.user;
  const known = knownUsers.get(image) ?? new Map<string, ResolvedUser>();
  knownUsers.set(image, known);
  const user = known.get(asked) ?? lookUpUser(around, image, asked);
  checkIds(user, spec.userNamespace);
  if (known.size < USERS_KEPT) known.set(asked, user);
  return user;
}

function lookUpUser({ kernel, images }: Surroundings, image: Image, asked: string): ResolvedUser {
  const layers = images.layerDirectories(image).map((name) => join(images.layersDir, name));
  const read = (path: string, maxBytes: number) => readImageFile(kernel, layers, path, maxBytes);
  return resolveUser(read, asked);
}

const noCommand = (image: Image): DomainError =>
  new DomainError('invalid-input', {
    field: 'command',
    message: `The image ${image.reference} names no program to run, and neither does the request.`,
    mend: 'Give a command.',
  });

/** `/sys/fs/cgroup/memory/vitrine/ID` and `/sys/fs/cgroup/vitrine/ID` alike as `/vitrine/ID`. */
function cgroupsPath(paths: Readonly<Record<string, string>>): string {
  const [[controller, directory] = ['', '']] = Object.entries(paths);
  const afterController = directory.split(`/${controller}/`)[1];
  return `/${afterController ?? directory.replace('/sys/fs/cgroup/', '')}`;
}
