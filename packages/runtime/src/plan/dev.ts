/** Device nodes, the links beside them, and the two things that hide paths: an empty directory and /dev/null. */
import { AT, MOUNT_ATTR, O } from '@vitrine/kernel';
import type { Slot } from '@vitrine/shim';
import { makeMount } from './mounts.ts';
import {
  AT_FDCWD,
  closeFd,
  cloneMount,
  moveMount,
  named,
  openFlags,
  openInRoot,
  openTreeFlags,
  type PlanContext,
} from './plan-context.ts';

const DEVICES = [
  { name: 'null', major: 1, minor: 3 },
  { name: 'zero', major: 1, minor: 5 },
  { name: 'full', major: 1, minor: 7 },
  { name: 'random', major: 1, minor: 8 },
  { name: 'urandom', major: 1, minor: 9 },
  { name: 'tty', major: 5, minor: 0 },
] as const;

const LINKS = [
  ['/proc/self/fd', 'fd'],
  ['/proc/self/fd/0', 'stdin'],
  ['/proc/self/fd/1', 'stdout'],
  ['/proc/self/fd/2', 'stderr'],
  ['pts/ptmx', 'ptmx'],
] as const;

/** `struct statx`; the two halves of the device number stand side by side, major first. */
const STATX = { mode: 28, rdev: 128, bytes: 256, TYPE: 1 } as const;
const S_IFMT = 0o170000n;
const S_IFCHR = 0o020000;
const NODE_MODE = 0o666;
const MINOR_SHIFT = 32n;

type Device = (typeof DEVICES)[number];
export type HostDevices = ReadonlyMap<string, Slot>;

const wantsDevices = ({ input }: PlanContext): boolean =>
  input.config.mounts.some(({ destination, type }) => destination === '/dev' && type === 'tmpfs');

/** Only the owner of the host's devices may make nodes, so a user namespace gets clones of the host's, each checked. */
export function cloneHostDevices(context: PlanContext): HostDevices {
  const { shim, plan, isNew } = context;
  const devices = new Map<string, Slot>();
  if (!isNew('user') || !wantsDevices(context)) return devices;
  for (const device of DEVICES) {
    const slot = plan.slot(device.name);
    const path = plan.arena.text(`/dev/${device.name}`);
    const tree = openTreeFlags(AT.SYMLINK_NOFOLLOW);
    shim.syscall('filesystem', `take /dev/${device.name} of the host`, 'open_tree', [AT_FDCWD, path, tree], {
      result: slot,
    });
    verifyDevice(context, 'shim', slot, device);
    devices.set(device.name, slot);
  }
  return devices;
}

/** Whatever a path led to: this is the character device with that number, or the launch ends. */
function verifyDevice(
  { plan, [`shim`]: shim, child }: PlanContext,
  side: 'shim' | 'child',
  fd: Slot,
  device: Device,
): void {
  const table = side === 'shim' ? shim : child;
  const stat = plan.arena.buffer(STATX.bytes, 'stat');
  const type = named(STATX.TYPE, 'STATX_TYPE');
  const empty = named(AT.EMPTY_PATH, 'AT_EMPTY_PATH');
  const { name, major, minor } = device;
  table.syscall('filesystem', `look at ${name}`, 'statx', [fd, plan.arena.text(''), empty, type, stat]);
  table.assert('filesystem', `${name} is a character device`, stat.at(STATX.mode, 2), {
    mask: S_IFMT,
    equals: BigInt(S_IFCHR),
    errno: 'ENODEV',
  });
  table.assert('filesystem', `${name} is ${major}:${minor}`, stat.at(STATX.rdev, 8), {
    equals: (BigInt(minor) << MINOR_SHIFT) | BigInt(major),
    errno: 'ENODEV',
  });
}

/** On the fresh tmpfs at /dev. Leaves the container's /dev/null as a mount or node in the slot that it returns. */
export function populateDev(context: PlanContext, hostDevices: HostDevices): Slot | undefined {
  const { child, plan } = context;
  if (!wantsDevices(context)) return undefined;
  const dev = plan.slot('/dev');
  openInRoot(context, 'filesystem', 'go on in /dev', '/dev', { result: dev, directory: true });
  child.syscall('identity', 'modes as asked for', 'umask', [0]);
  for (const device of DEVICES) {
    const host = hostDevices.get(device.name);
    if (host === undefined) makeNode(context, dev, device);
    else bindNode(context, dev, device, host);
  }
  for (const [target, name] of LINKS) {
    child.syscall('filesystem', `link /dev/${name}`, 'symlinkat', [
      plan.arena.text(target),
      dev,
      plan.arena.text(name),
    ]);
  }
  return dev;
}

function bindNode(context: PlanContext, dev: Slot, { name }: Device, host: Slot): void {
  const { child, plan, slots } = context;
  const create = named(O.CREAT | O.EXCL | O.NOFOLLOW | O.CLOEXEC, 'O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC');
  const args = [dev, plan.arena.text(name), create, named(NODE_MODE, '0666')];
  child.syscall('filesystem', `a place for /dev/${name}`, 'openat', args, { result: slots.target });
  moveMount(child, `mount /dev/${name}`, host, slots.target, plan.arena.text(''));
  closeFd(child, 'filesystem', 'the place', slots.target);
}

function makeNode({ child, plan }: PlanContext, dev: Slot, { name, major, minor }: Device): void {
  const mode = named(S_IFCHR | NODE_MODE, 'S_IFCHR|0666');
  const number = named((major << 8) | minor, `makedev(${major}, ${minor})`);
  child.syscall('filesystem', `make /dev/${name}`, 'mknodat', [dev, plan.arena.text(name), mode, number]);
}

/** The container's own null, by a descriptor whose device number was checked; the source of every masked file. */
export function openNull(context: PlanContext, dev: Slot): Slot {
  const { child, plan } = context;
  const slot = plan.slot('/dev/null');
  const path = [dev, plan.arena.text('null'), openFlags(O.PATH | O.NOFOLLOW | O.CLOEXEC), 0];
  child.syscall('filesystem', 'open /dev/null', 'openat', path, { result: slot });
  const nullDevice = DEVICES[0];
  verifyDevice(context, 'child', slot, nullDevice);
  return slot;
}

/** One empty read-only file system for all masked directories. It must stand somewhere to be cloned: on a directory of
 * the old root, with which it goes away. */
export function makeMask(context: PlanContext): Slot | undefined {
  const { child, plan, input } = context;
  if ((input.config.linux.maskedPaths ?? []).length === 0) return undefined;
  const { RDONLY, NOSUID, NODEV, NOEXEC } = MOUNT_ATTR;
  const mask = makeMount(context, 'tmpfs', 'masked directories', {
    data: [
      { key: 'nr_blocks', value: '1' },
      { key: 'nr_inodes', value: '1' },
    ],
    attributes: RDONLY | NOSUID | NODEV | NOEXEC,
  });
  child.syscall('filesystem', 'put it where it can be copied from', 'move_mount', [
    mask,
    plan.arena.text(''),
    AT_FDCWD,
    plan.arena.text('/proc'),
    named(4, 'MOVE_MOUNT_F_EMPTY_PATH'),
  ]);
  return mask;
}

/** Directories become empty, files become /dev/null; what is not there needs no mask. */
export function maskPaths(context: PlanContext, mask: Slot, nullDevice: Slot): void {
  const { child, slots, input, plan } = context;
  const cover = (path: string, source: Slot): void => {
    cloneMount(context, `something empty for ${path}`, source, { result: slots.tree });
    moveMount(child, `mask ${path}`, slots.tree, slots.target, plan.arena.text(''));
  };
  for (const path of input.config.linux.maskedPaths ?? []) {
    child.eitherOr(
      ['ENOENT', 'ENOTDIR'],
      () =>
        openInRoot(context, 'security', `find the directory ${path}`, path, { result: slots.target, directory: true }),
      () => cover(path, mask),
      () =>
        child.orSkip(
          ['ENOENT', 'ENOTDIR'],
          () => openInRoot(context, 'security', `find the file ${path}`, path, { result: slots.target }),
          () => cover(path, nullDevice),
        ),
    );
  }
}
