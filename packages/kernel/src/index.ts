export { CAPABILITIES } from './capabilities.ts';
export { Fd } from './fd.ts';
export { AT, MNT, MOUNT_ATTR, MOVE_MOUNT, MS, O, OPEN_TREE, RESOLVE, SEAL, flagNames } from './flags.ts';
export type {
  Child,
  Kernel,
  MountAttributes,
  PeerCredentials,
  SocketType,
  SpawnCommand,
  WaitStatus,
} from './kernel.ts';
export { FileRefusedError } from './linux/files.ts';
export { LAST_KNOWN_SYSCALL } from './linux/libseccomp.ts';
export { openLinuxKernel } from './linux/open-linux-kernel.ts';
export {
  dumpLinksMessage,
  linkUpMessage,
  netlinkAttribute,
  parseNetlinkReplies,
  type NetlinkReply,
} from './netlink-message.ts';
export { probeKernel, type KernelFeature, type KernelFeatureName, type KernelFeatures } from './probe.ts';
export type { SeccompArgument, SeccompProfile, SeccompRule } from './seccomp-profile.ts';
export { parseTrace, parseTraceLine, type SignalTrace, type TraceEvent } from './signal-trace.ts';
export { errnoMessage, errnoName, isErrno, showCall, SyscallError, type ShownArgument } from './syscall-error.ts';
