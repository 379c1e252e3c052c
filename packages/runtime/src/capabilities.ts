import { DomainError } from '@vitrine/protocol';

/** In the kernel's order: position = number. Source: Linux uapi, capability.h (CAP_CHECKPOINT_RESTORE is 40). */
export const CAPABILITIES: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
];

/** The fourteen that Docker gives, too: what ordinary server programs started as root rely on. */
const DEFAULT_CAPABILITIES: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
];

const EVERYTHING = 'CAP_ALL';
const MAKE_NODES = 'CAP_MKNOD';

/**
 * The defaults, less `drop`, plus `add`; CAP_ALL stands for every one. Throws 'invalid-input' for an unknown name.
 * `deviceNodes: false`: nothing but the missing capability keeps the container from making the host's disks its own.
 */
export function chooseCapabilities(
  { add, drop }: { add: readonly string[]; drop: readonly string[] },
  { deviceNodes }: { deviceNodes: boolean },
): string[] {
  const dropped = named(drop, 'capabilities.drop');
  const added = named(add, 'capabilities.add');
  const chosen = new Set([...DEFAULT_CAPABILITIES.filter((name) => !dropped.has(name)), ...added]);
  if (!deviceNodes && !added.has(MAKE_NODES)) chosen.delete(MAKE_NODES);
  return CAPABILITIES.filter((name) => chosen.has(name));
}

function named(names: readonly string[], field: string): Set<string> {
  if (names.includes(EVERYTHING)) return new Set(CAPABILITIES);
  const unknown = names.find((name) => !CAPABILITIES.includes(name));
  if (unknown !== undefined) {
    throw new DomainError('invalid-input', {
      field,
      message: `${unknown} is no capability that Linux has.`,
      mend: 'Use names as in capabilities(7), for example CAP_NET_ADMIN, or CAP_ALL.',
    });
  }
  return new Set(names);
}
