/** The mount API by descriptors: open_tree(2), move_mount(2), mount_setattr(2), fsopen(2) and family, umount2(2). */
import { Fd } from '../fd.ts';
import { AT, flagNames, MNT, MOUNT_ATTR, MOVE_MOUNT, OPEN_TREE } from '../flags.ts';
import type { MountAttributes } from '../kernel.ts';
import { check, libc, NR } from './libc.ts';

const FSOPEN_CLOEXEC = 1;
const FSMOUNT_CLOEXEC = 1;
const FSCONFIG = { SET_FLAG: 0, SET_STRING: 1, CMD_CREATE: 6 } as const;
const MOUNT_ATTR_BYTES = 32;

const libcOpenTree: (nr: number, dir: number, path: string, flags: number) => number = libc.func('syscall', 'long', [
  'long',
  'int',
  'str',
  'uint',
]);
const libcMoveMount: (nr: number, from: number, fromPath: string, to: number, toPath: string, flags: number) => number =
  libc.func('syscall', 'long', ['long', 'int', 'str', 'int', 'str', 'uint']);
const libcMountSetattr: (nr: number, dir: number, path: string, flags: number, attr: Buffer, size: number) => number =
  libc.func('syscall', 'long', ['long', 'int', 'str', 'uint', 'void *', 'size_t']);
const libcFsopen: (nr: number, type: string, flags: number) => number = libc.func('syscall', 'long', [
  'long',
  'str',
  'uint',
]);
const libcFsconfig: (
  nr: number,
  fs: number,
  command: number,
  key: string | null,
  value: string | null,
  aux: number,
) => number = libc.func('syscall', 'long', ['long', 'int', 'uint', 'str', 'str', 'int']);
const libcFsmount: (nr: number, fs: number, flags: number, attributes: number) => number = libc.func(
  'syscall',
  'long',
  ['long', 'int', 'uint', 'uint'],
);
const libcUmount2: (path: string, flags: number) => number = libc.func('umount2', 'int', ['str', 'int']);

export function openTree(source: string | Fd, flags: number): Fd {
  const [dir, path, extra] = typeof source === 'string' ? [AT.FDCWD, source, 0] : [source.number, '', AT.EMPTY_PATH];
  const all = flags | extra | OPEN_TREE.CLOEXEC;
  const shown = flagNames('', { OPEN_TREE_CLONE: OPEN_TREE.CLONE, AT_RECURSIVE: AT.RECURSIVE }, flags);
  return Fd.adopt(check('open_tree', [dir, path, shown], libcOpenTree(NR.open_tree, dir, path, all)));
}

export function moveMount(mount: Fd, target: string | Fd): void {
  const [dir, path, extra] =
    typeof target === 'string' ? [AT.FDCWD, target, 0] : [target.number, '', MOVE_MOUNT.T_EMPTY_PATH];
  const flags = MOVE_MOUNT.F_EMPTY_PATH | extra;
  check(
    'move_mount',
    [mount.number, '', dir, path, flagNames('MOVE_MOUNT_', MOVE_MOUNT, flags)],
    libcMoveMount(NR.move_mount, mount.number, '', dir, path, flags),
  );
}

/** struct mount_attr: set, clear, propagation, userns_fd, 64 bits each. */
export function mountSetattr(target: Fd, attributes: MountAttributes, options: { recursive?: boolean } = {}): void {
  const { userns } = attributes;
  const set = (attributes.set ?? 0) | (userns === undefined ? 0 : MOUNT_ATTR.IDMAP);
  const struct = Buffer.alloc(MOUNT_ATTR_BYTES);
  struct.writeBigUInt64LE(BigInt(set), 0);
  struct.writeBigUInt64LE(BigInt(attributes.clear ?? 0), 8);
  struct.writeBigUInt64LE(BigInt(attributes.propagation ?? 0), 16);
  struct.writeBigUInt64LE(BigInt(userns?.number ?? 0), 24);
  const flags = AT.EMPTY_PATH | (options.recursive === true ? AT.RECURSIVE : 0);
  check(
    'mount_setattr',
    [target.number, '', flagNames('AT_', AT, flags), flagNames('MOUNT_ATTR_', MOUNT_ATTR, set)],
    libcMountSetattr(NR.mount_setattr, target.number, '', flags, struct, MOUNT_ATTR_BYTES),
  );
}

export const fsopen = (type: string): Fd =>
  Fd.adopt(check('fsopen', [type], libcFsopen(NR.fsopen, type, FSOPEN_CLOEXEC)));

export function fsconfig(fs: Fd, key: string, value?: string): void {
  const [name, command] =
    value === undefined ? ['FSCONFIG_SET_FLAG', FSCONFIG.SET_FLAG] : ['FSCONFIG_SET_STRING', FSCONFIG.SET_STRING];
  check(
    'fsconfig',
    [fs.number, { text: name }, key, value ?? null],
    libcFsconfig(NR.fsconfig, fs.number, command, key, value ?? null, 0),
  );
}

export function fsconfigCreate(fs: Fd): void {
  check(
    'fsconfig',
    [fs.number, { text: 'FSCONFIG_CMD_CREATE' }],
    libcFsconfig(NR.fsconfig, fs.number, FSCONFIG.CMD_CREATE, null, null, 0),
  );
}

export const fsmount = (fs: Fd, attributes: number): Fd =>
  Fd.adopt(
    check(
      'fsmount',
      [fs.number, flagNames('MOUNT_ATTR_', MOUNT_ATTR, attributes)],
      libcFsmount(NR.fsmount, fs.number, FSMOUNT_CLOEXEC, attributes),
    ),
  );

export function umount(path: string, flags: number): void {
  check('umount2', [path, flagNames('MNT_', MNT, flags)], libcUmount2(path, flags));
}
