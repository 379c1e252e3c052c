/**
 * The container's root: image layers under one writable layer, as a mount that has no place yet.
 *
 * The layers belong to the host's root on disk. Their common parent is cloned and idmapped once, in the shim's own
 * mount namespace, so that inside they belong to the container's root. The upper directory is not idmapped (an idmapped
 * upper makes the overlay read-only, silently): it was chowned to the mapped root before.
 */
import { AT, MNT, MOUNT_ATTR, O, RESOLVE } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';
import { slotText, type ArenaRef, type Slot } from '@vitrine/shim';
import {
  AT_FDCWD,
  closeFd,
  flags,
  mountAttributes,
  named,
  NULL,
  openFlags,
  openHow,
  openTreeFlags,
  type PlanContext,
} from './plan-context.ts';

export const FSCONFIG = { SET_FLAG: 0, SET_STRING: 1, CMD_CREATE: 6 } as const;
export const FSOPEN_CLOEXEC = named(1, 'FSOPEN_CLOEXEC');
export const FSMOUNT_CLOEXEC = named(1, 'FSMOUNT_CLOEXEC');

/** fsconfig(2) takes no longer string. */
const FSCONFIG_STRING_MAX = 255;

const IOV_BYTES = 16;
const IOV_LENGTH_AT = 8;
const MSGHDR = { iov: 16, iovlen: 24, control: 32, controllen: 40, bytes: 56 } as const;
/** `struct cmsghdr` and one descriptor: CMSG_LEN(4) is 20, CMSG_SPACE(4) is 24. */
const CMSG = { len: 0, level: 8, type: 12, fd: 16, length: 20, space: 24 } as const;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CMSG_CLOEXEC = named(0x4000_0000, 'MSG_CMSG_CLOEXEC');
const ROOT_BYTE = 'f';

/** In the shim: layers idmapped to the child's user namespace, then the overlay over them. Needs the id maps. */
export function mountOverlay(context: PlanContext): void {
  const overlay = context.plan.slot('overlay');
  if (context.isNew('user')) idmapLayers(context);
  configureOverlay(context, overlay);
  sendRoot(context, overlay);
  closeFd(context.shim, 'filesystem', 'the overlay: the child has it', overlay);
}

function idmapLayers(context: PlanContext): void {
  const { shim, plan, slots, input } = context;
  const path = plan.arena.text(input.rootfs.layersParent);
  // slots.tree is /proc/PID of the child, opened for its id maps.
  shim.syscall(
    'filesystem',
    'the user namespace to map by',
    'openat',
    [slots.tree, plan.arena.text('ns/user'), openFlags(O.CLOEXEC), 0],
    { result: slots.scratch },
  );
  closeFd(shim, 'filesystem', '/proc of the child', slots.tree);
  shim.syscall('filesystem', 'clone the parent of all layers', 'open_tree', [AT_FDCWD, path, openTreeFlags(0)], {
    result: slots.tree,
  });
  const attributes = mountAttributes(
    context,
    MOUNT_ATTR.IDMAP | MOUNT_ATTR.RDONLY,
    `, userns_fd=${slotText(slots.scratch)}`,
  );
  shim.poke('filesystem', 'which user namespace', slots.scratch, attributes.at(24, 8));
  const empty = named(AT.EMPTY_PATH, 'AT_EMPTY_PATH');
  shim.syscall('filesystem', "show the layers as the container's own", 'mount_setattr', [
    slots.tree,
    plan.arena.text(''),
    empty,
    attributes,
    attributes.size,
  ]);
  shim.syscall('filesystem', 'put them where only the shim looks', 'move_mount', [
    slots.tree,
    plan.arena.text(''),
    AT_FDCWD,
    path,
    named(4, 'MOVE_MOUNT_F_EMPTY_PATH'),
  ]);
  closeFd(shim, 'filesystem', 'the user namespace', slots.scratch);
  closeFd(shim, 'filesystem', 'the layers', slots.tree);
}

function configureOverlay(context: PlanContext, overlay: Slot): void {
  const { shim, plan, slots, input } = context;
  const { layersParent, layers, upperDir, workDir } = input.rootfs;
  shim.syscall('filesystem', 'an overlay', 'fsopen', [plan.arena.text('overlay'), FSOPEN_CLOEXEC], {
    result: slots.scratch,
  });
  const paths = layers.map((layer) => `${layersParent}/${layer}`);
  if (input.features.overlayLowerdirAppend.available) {
    for (const [index, path] of paths.entries()) {
      setString(context, `layer ${paths.length - index} of ${paths.length}`, 'lowerdir+', path);
    }
  } else {
    setString(context, `all ${paths.length} layers`, 'lowerdir', paths.join(':'));
  }
  setString(context, 'the writable layer', 'upperdir', upperDir);
  setString(context, "the overlay's own directory", 'workdir', workDir);
  // Layers are shared between containers and made by strangers: neither may steer the overlay by its xattrs.
  setString(context, 'no index', 'index', 'off');
  setString(context, 'no metadata-only copies', 'metacopy', 'off');
  create(context, 'mount the overlay');
  // A device node that an image brings must not open a device of the host; /dev is a file system of its own.
  shim.syscall(
    'filesystem',
    'the overlay as a mount without a place',
    'fsmount',
    [slots.scratch, FSMOUNT_CLOEXEC, flags('MOUNT_ATTR_', MOUNT_ATTR, MOUNT_ATTR.NODEV)],
    { result: overlay },
  );
  closeFd(shim, 'filesystem', 'its configuration', slots.scratch);
}

function setString({ shim, plan, slots }: PlanContext, label: string, key: string, value: string): void {
  if (Buffer.byteLength(value) > FSCONFIG_STRING_MAX) {
    throw new DomainError('unsupported', {
      field: 'image',
      message: `The overlay's ${key} is ${Buffer.byteLength(value)} bytes long; this kernel takes ${FSCONFIG_STRING_MAX}.`,
      mend: 'Use a state directory with a shorter path, an image with fewer layers, or Linux 6.8 or newer.',
    });
  }
  shim.syscall('filesystem', label, 'fsconfig', [
    slots.scratch,
    named(FSCONFIG.SET_STRING, 'FSCONFIG_SET_STRING'),
    plan.arena.text(key),
    plan.arena.text(value),
    0,
  ]);
}

const create = ({ shim, slots }: PlanContext, label: string): void =>
  shim.syscall('filesystem', label, 'fsconfig', [
    slots.scratch,
    named(FSCONFIG.CMD_CREATE, 'FSCONFIG_CMD_CREATE'),
    NULL,
    NULL,
    0,
  ]);

/** `struct msghdr` for one byte and one descriptor; the byte is there because a stream carries no message without one. */
function descriptorMessage(
  context: PlanContext,
  content: string,
  fd: Slot,
): { header: ArenaRef; byte: ArenaRef; fd: ArenaRef } {
  const { arena } = context.plan;
  const byte = arena.bytes(Buffer.from(content), 'byte');
  const iov = Buffer.alloc(IOV_BYTES);
  iov.writeBigUInt64LE(1n, IOV_LENGTH_AT);
  const iovRef = arena.bytes(iov, 'iov');
  const control = Buffer.alloc(CMSG.space);
  control.writeBigUInt64LE(BigInt(CMSG.length), CMSG.len);
  control.writeInt32LE(SOL_SOCKET, CMSG.level);
  control.writeInt32LE(SCM_RIGHTS, CMSG.type);
  const controlRef = arena.bytes(control, 'control');
  const header = Buffer.alloc(MSGHDR.bytes);
  header.writeBigUInt64LE(1n, MSGHDR.iovlen);
  header.writeBigUInt64LE(BigInt(CMSG.space), MSGHDR.controllen);
  const headerRef = arena.bytes(header, `{"${ROOT_BYTE}", SCM_RIGHTS [${slotText(fd)}]}`);
  arena.point(iovRef.at(0, 8), byte);
  arena.point(headerRef.at(MSGHDR.iov, 8), iovRef);
  arena.point(headerRef.at(MSGHDR.control, 8), controlRef);
  return { header: headerRef, byte, fd: controlRef.at(CMSG.fd, 4) };
}

function sendRoot(context: PlanContext, overlay: Slot): void {
  const { shim, slots } = context;
  const { header, fd } = descriptorMessage(context, ROOT_BYTE, overlay);
  shim.poke('sync', 'which mount', overlay, fd);
  shim.syscall('sync', 'hand the root to the child', 'sendmsg', [slots.shimEnd, header, 0]);
}

/** In the child: the overlay arrives, and gets a place on top of the old root. */
export function receiveRoot(context: PlanContext): void {
  const { child, plan, slots } = context;
  const { header, byte, fd } = descriptorMessage(context, '\0', slots.root);
  child.syscall('sync', 'take the root from the shim', 'recvmsg', [slots.childEnd, header, MSG_CMSG_CLOEXEC]);
  child.assert('sync', 'it came', byte, { equals: BigInt(ROOT_BYTE.charCodeAt(0)), errno: 'EPIPE' });
  child.load('sync', 'its descriptor', fd, slots.root);
  child.syscall('filesystem', 'put the root on top of the old one', 'move_mount', [
    slots.root,
    plan.arena.text(''),
    AT_FDCWD,
    plan.arena.text('/'),
    named(4, 'MOVE_MOUNT_F_EMPTY_PATH'),
  ]);
}

/** From here on there is no way back to the host's files: they are not hidden, they are not mounted. */
export function pivot(context: PlanContext): void {
  const { child, plan, slots, input } = context;
  if (input.config.root.readonly === true) makeRootReadonly(context);
  const here = plan.arena.text('.');
  child.syscall('filesystem', 'go to the new root', 'fchdir', [slots.root]);
  child.syscall('filesystem', 'swap the roots', 'pivot_root', [here, here]);
  child.syscall('filesystem', "take away the host's root", 'umount2', [here, named(MNT.DETACH, 'MNT_DETACH')]);
  child.syscall('filesystem', 'go to /', 'chdir', [plan.arena.text('/')]);
  // Whatever still lay on top of the new root would be reached as "/..", and crossing to it is refused here.
  const how = openHow(context, { flags: O.PATH | O.DIRECTORY, resolve: RESOLVE.NO_XDEV });
  const above = [AT_FDCWD, plan.arena.text('/..'), how, how.size];
  child.syscall('filesystem', 'make sure that nothing lies above /', 'openat2', above, { result: slots.scratch });
}

function makeRootReadonly(context: PlanContext): void {
  const { child, plan, slots } = context;
  const attributes = mountAttributes(context, MOUNT_ATTR.RDONLY);
  child.syscall('filesystem', 'make the root read-only', 'mount_setattr', [
    slots.root,
    plan.arena.text(''),
    named(AT.EMPTY_PATH, 'AT_EMPTY_PATH'),
    attributes,
    attributes.size,
  ]);
}
