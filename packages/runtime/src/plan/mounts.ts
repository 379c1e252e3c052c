/**
 * Everything that is mounted over the root, in the order of the configuration.
 *
 * Each mount is made without a place first, by the side that may make it, and attached by descriptor later: what belongs
 * to a namespace (proc, sysfs, mqueue, cgroup) by the child, what comes from the host (binds) by the shim before the clone.
 */
import { AT, MOUNT_ATTR, O, RESOLVE } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';
import type { Slot, StepTable } from '@vitrine/shim';
import type { OciMount } from '../oci.ts';
import { parseMountOptions } from './mount-options.ts';
import {
  AT_FDCWD,
  closeFd,
  cloneMount,
  flags,
  moveMount,
  mountAttributes,
  named,
  NULL,
  openInRoot,
  openTreeFlags,
  relative,
  type PlanContext,
} from './plan-context.ts';
import { FSCONFIG, FSMOUNT_CLOEXEC, FSOPEN_CLOEXEC } from './rootfs.ts';

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** A file system must not decide by an image's symlink where these go: other programs trust what stands there. */
const NEVER_THROUGH_SYMLINKS = new Set(['proc', 'sysfs']);
const BY_CHILD = new Set(['proc', 'sysfs', 'mqueue', 'cgroup2', 'cgroup', 'tmpfs', 'devpts']);

export type PreparedMount = { mount: OciMount; slot: Slot };

const isBind = ({ type, options = [] }: OciMount): boolean =>
  type === 'bind' || options.includes('bind') || options.includes('rbind');

/** In the shim, before the clone, so that the child inherits the descriptors. */
export function cloneBindSources(context: PlanContext): PreparedMount[] {
  const { shim, plan, input } = context;
  return input.config.mounts.filter(isBind).map((mount) => {
    const slot = plan.slot(`bind ${mount.destination}`);
    const { attributes, recursive } = parseMountOptions(mount);
    const source = plan.arena.text(mount.source ?? mount.destination);
    const tree = openTreeFlags(recursive ? AT.RECURSIVE : 0);
    shim.syscall('filesystem', `take ${mount.source ?? ''} of the host`, 'open_tree', [AT_FDCWD, source, tree], {
      result: slot,
    });
    if (attributes !== 0) {
      setAttributes(context, shim, `restrict it to ${mount.options?.join(',') ?? ''}`, slot, attributes, recursive);
    }
    return { mount, slot };
  });
}

function setAttributes(
  context: PlanContext,
  table: StepTable,
  label: string,
  slot: Slot,
  attributes: number,
  recursive: boolean,
): void {
  const attr = mountAttributes(context, attributes);
  const at = recursive
    ? named(AT.EMPTY_PATH | AT.RECURSIVE, 'AT_EMPTY_PATH|AT_RECURSIVE')
    : named(AT.EMPTY_PATH, 'AT_EMPTY_PATH');
  table.syscall('filesystem', label, 'mount_setattr', [slot, context.plan.arena.text(''), at, attr, attr.size]);
}

/** In the child, before the root has come: it costs no waiting. */
export function makeFilesystems(context: PlanContext): PreparedMount[] {
  return context.input.config.mounts
    .filter((mount) => !isBind(mount))
    .map((mount) => ({ mount, slot: makeFilesystem(context, mount) }));
}

function makeFilesystem(context: PlanContext, mount: OciMount): Slot {
  const type = mount.type ?? '';
  if (!BY_CHILD.has(type)) {
    throw new DomainError('unsupported', {
      field: 'mounts',
      message: `Cannot mount ${mount.destination}: the file system ${JSON.stringify(type)} is not supported.`,
      mend: `Use one of ${[...BY_CHILD].join(', ')}, or bind.`,
    });
  }
  const { attributes, data: options } = parseMountOptions(mount);
  const data = [{ key: 'source', value: mount.source ?? type }, ...options];
  // The v1 hierarchies stand in a tmpfs, as on the host; it becomes read-only when they are in.
  return type === 'cgroup'
    ? makeMount(context, 'tmpfs', mount.destination, {
        data: [
          { key: 'source', value: 'tmpfs' },
          { key: 'mode', value: '755' },
        ],
        attributes: MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC,
      })
    : makeMount(context, type, mount.destination, { data, attributes });
}

type Filesystem = { data: readonly { key: string; value: string | undefined }[]; attributes: number };

export function makeMount(context: PlanContext, type: string, where: string, { data, attributes }: Filesystem): Slot {
  const { child, plan, slots } = context;
  const slot = plan.slot(where);
  const fs = slots.scratch;
  child.syscall('filesystem', `${type} for ${where}`, 'fsopen', [plan.arena.text(type), FSOPEN_CLOEXEC], {
    result: fs,
  });
  for (const { key, value } of data) {
    const command =
      value === undefined
        ? [named(FSCONFIG.SET_FLAG, 'FSCONFIG_SET_FLAG'), plan.arena.text(key), NULL]
        : [named(FSCONFIG.SET_STRING, 'FSCONFIG_SET_STRING'), plan.arena.text(key), plan.arena.text(value)];
    const label = value === undefined ? key : `${key}=${value}`;
    child.syscall('filesystem', `${where}: ${label}`, 'fsconfig', [fs, ...command, 0]);
  }
  const create = named(FSCONFIG.CMD_CREATE, 'FSCONFIG_CMD_CREATE');
  child.syscall('filesystem', `make ${where}`, 'fsconfig', [fs, create, NULL, NULL, 0]);
  const attr = flags('MOUNT_ATTR_', MOUNT_ATTR, attributes);
  child.syscall('filesystem', `${where} as a mount`, 'fsmount', [fs, FSMOUNT_CLOEXEC, attr], { result: slot });
  closeFd(child, 'filesystem', 'its configuration', fs);
  return slot;
}

/** In the child, on the root, parents before children as the configuration has them. */
export function attachMounts(context: PlanContext, prepared: readonly PreparedMount[]): void {
  for (const mount of context.input.config.mounts) {
    const found = prepared.find((candidate) => candidate.mount === mount);
    if (found !== undefined) attachMount(context, found);
  }
}

function attachMount(context: PlanContext, { mount, slot }: PreparedMount): void {
  const { child, plan, slots } = context;
  openTarget(context, mount);
  moveMount(child, `mount ${mount.destination}`, slot, slots.target, plan.arena.text(''));
  closeFd(child, 'filesystem', 'its target', slots.target);
  if (mount.type === 'cgroup') attachHierarchies(context, mount, slot);
  closeFd(child, 'filesystem', mount.destination, slot);
}

function openTarget(context: PlanContext, { type = '', destination, source = '', options = [] }: OciMount): void {
  const { child, plan, slots } = context;
  const where = `where ${destination} goes`;
  if (NEVER_THROUGH_SYMLINKS.has(type)) {
    child.syscall(
      'filesystem',
      `make ${destination} if it is missing`,
      'mkdirat',
      [slots.root, plan.arena.text(relative(destination)), named(0o755, '0755')],
      { allow: ['EEXIST'] },
    );
    openInRoot(context, 'filesystem', where, destination, {
      result: slots.target,
      directory: true,
      resolve: RESOLVE.NO_SYMLINKS,
    });
    return;
  }
  const file =
    options.includes('file') || (isBind({ destination, type, options }) && !source.endsWith('/') && isFileName(source));
  const mode = file ? S_IFREG | 0o644 : S_IFDIR | 0o755;
  child.makePath('filesystem', where, slots.root, plan.arena.text(relative(destination)), mode, slots.target);
}

/** The files that a runtime itself binds into containers; a bound directory is the rule. */
const isFileName = (source: string): boolean => /\/(hosts|hostname|resolv\.conf)$/.test(source);

/** One hierarchy a directory, read-only, seen from the container's cgroup namespace. */
function attachHierarchies(context: PlanContext, mount: OciMount, tmpfs: Slot): void {
  const { child, plan, slots, input } = context;
  const hierarchies = input.cgroup.version === 'v1' ? (input.cgroup.hierarchies ?? []) : [];
  const { attributes } = parseMountOptions(mount);
  for (const name of hierarchies) {
    const data = name.split(',').map((key) => ({ key, value: undefined }));
    const hierarchy = makeMount(context, 'cgroup', `${mount.destination}/${name}`, { data, attributes });
    const path = plan.arena.text(name);
    child.makePath('filesystem', `where ${name} goes`, tmpfs, path, S_IFDIR | 0o755, slots.target);
    moveMount(child, `mount ${mount.destination}/${name}`, hierarchy, slots.target, plan.arena.text(''));
    closeFd(child, 'filesystem', 'its target', slots.target);
    closeFd(child, 'filesystem', name, hierarchy);
  }
  setAttributes(context, child, `make ${mount.destination} read-only`, tmpfs, MOUNT_ATTR.RDONLY, false);
}

/** Namespaced sysctls, by the child's own fresh procfs: no path of the image is touched. */
export function writeSysctls(context: PlanContext, prepared: readonly PreparedMount[]): void {
  const { child, plan, slots, input } = context;
  const entries = Object.entries(input.config.linux.sysctl ?? {});
  const proc = prepared.find(({ mount }) => mount.type === 'proc');
  if (entries.length === 0 || proc === undefined) return;
  for (const [key, value] of entries) {
    const path = plan.arena.text(`sys/${key.replaceAll('.', '/')}`);
    const how = named(O.WRONLY | O.CLOEXEC | O.NOFOLLOW, 'O_WRONLY|O_CLOEXEC|O_NOFOLLOW');
    child.syscall('network', `open ${key}`, 'openat', [proc.slot, path, how, 0], { result: slots.scratch });
    const text = plan.arena.text(value);
    child.syscall('network', `${key} = ${value}`, 'write', [slots.scratch, text, text.size - 1]);
    closeFd(child, 'network', key, slots.scratch);
  }
}

/** What is not there needs no restriction; anything else that goes wrong ends the launch. */
export function makePathsReadonly(context: PlanContext): void {
  const { child, plan, slots, input } = context;
  for (const path of input.config.linux.readonlyPaths ?? []) {
    child.orSkip(
      ['ENOENT', 'ENOTDIR'],
      () => openInRoot(context, 'security', `find ${path}`, path, { result: slots.target }),
      () => {
        cloneMount(context, `take ${path}`, slots.target, { result: slots.tree, recursive: true });
        setAttributes(context, child, `make ${path} read-only`, slots.tree, MOUNT_ATTR.RDONLY, true);
        moveMount(child, `put ${path} over itself`, slots.tree, slots.target, plan.arena.text(''));
      },
    );
  }
}
