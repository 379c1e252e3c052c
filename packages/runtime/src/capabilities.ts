import { CAPABILITIES } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';

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
