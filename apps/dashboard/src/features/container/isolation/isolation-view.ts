/** What the Isolation page says of a container, made of what the kernel told of its PID 1. */
import type { IdMapEntry, Isolation, NamespaceKind, NamespaceView } from '@vitrine/protocol';

/** What each namespace sets apart, in words for people who never heard of it. */
export const NAMESPACE_MEANS: Record<NamespaceKind, string> = {
  pid: 'which processes it sees, and their numbers',
  net: 'interfaces, addresses, routes, ports',
  mnt: 'which file systems are where',
  uts: 'host name',
  ipc: 'System V IPC and message queues',
  user: 'who is who: user and group ids, and what root may do',
  cgroup: 'where it stands in the cgroup tree',
  time: 'offsets of the monotonic and boot clocks',
};

/** One sentence on how far it is set apart: counts, and the shared ones by name. */
export function apartSentence(namespaces: readonly NamespaceView[]): string {
  const known = namespaces.filter(({ shared }) => shared !== null);
  if (known.length === 0) return 'The kernel did not tell which namespaces it has.';
  const shared = known.filter((namespace) => namespace.shared === true).map(({ kind }) => kind);
  const own = known.length - shared.length;
  if (shared.length === 0) return `All ${known.length} namespaces that this kernel has are its own.`;
  return `${own} of ${known.length} namespaces are its own; it shares ${listed(shared)} with the host.`;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

export interface CapabilityRow {
  name: string;
  /** `held`: in force now. `allowed`: could be gained by an exec. `dropped`: gone for good. */
  standing: 'held' | 'allowed' | 'dropped';
  sets: readonly ('effective' | 'permitted' | 'inheritable' | 'bounding' | 'ambient')[];
}

const SETS = ['effective', 'permitted', 'inheritable', 'bounding', 'ambient'] as const;

/** Every capability this kernel knows, the held ones first. */
export function capabilityRows(capabilities: Isolation['capabilities']): CapabilityRow[] {
  const order = { held: 0, allowed: 1, dropped: 2 };
  return capabilities.known
    .map((name): CapabilityRow => {
      const sets = SETS.filter((set) => capabilities[set].includes(name));
      return { name, sets, standing: standingOf(sets) };
    })
    .sort((a, b) => order[a.standing] - order[b.standing] || a.name.localeCompare(b.name));
}

function standingOf(sets: CapabilityRow['sets']): CapabilityRow['standing'] {
  if (sets.includes('effective')) return 'held';
  return sets.length > 0 ? 'allowed' : 'dropped';
}

interface IdBand {
  inside: { from: number; to: number };
  outside: { from: number; to: number };
  count: number;
  /** True when an id means the same on both sides. */
  identity: boolean;
}

/** The map as bands to draw, lowest inside first. Ends are inclusive. */
export const idBands = (map: readonly IdMapEntry[]): IdBand[] =>
  map
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.insideStart - b.insideStart)
    .map(({ insideStart, outsideStart, count }) => ({
      inside: { from: insideStart, to: insideStart + count - 1 },
      outside: { from: outsideStart, to: outsideStart + count - 1 },
      count,
      identity: insideStart === outsideStart,
    }));

/** Who root inside is on the host. */
export function rootSentence(map: readonly IdMapEntry[]): string {
  const entry = map.find(({ insideStart, count }) => insideStart <= 0 && insideStart + count > 0);
  if (map.length === 0) return 'The kernel did not tell how its user ids are mapped.';
  if (entry === undefined) return 'Nobody is root inside: id 0 has no counterpart on the host.';
  const outside = entry.outsideStart - entry.insideStart;
  return outside === 0
    ? "Root inside is root on the host: nothing but its capabilities keeps it from the host's files."
    : `Root inside is user ${outside} on the host, who owns nothing there.`;
}

interface SeccompWords {
  tone: 'run' | 'warn' | 'unknown';
  word: string;
  sentence: string;
}

export function seccompWords({ mode, filters, blocked, noNewPrivileges }: Isolation['seccomp']): SeccompWords {
  const gain =
    noNewPrivileges === null
      ? ''
      : noNewPrivileges
        ? ' No program it starts can gain privileges.'
        : ' Set-user-id programs can gain privileges.';
  switch (mode) {
    case 'filter':
      return { tone: 'run', word: 'filtered', sentence: `${filterWords(filters, blocked.length)}.${gain}` };
    case 'strict':
      return { tone: 'run', word: 'strict', sentence: `Only read, write, exit and sigreturn are left.${gain}` };
    case 'disabled':
      return {
        tone: 'warn',
        word: 'off',
        sentence: `Every system call of the kernel can be tried from inside.${gain}`,
      };
    case 'unknown':
      return { tone: 'unknown', word: 'unknown', sentence: `The kernel did not tell.${gain}` };
  }
}

function filterWords(filters: number | null, blocked: number): string {
  const several = filters !== null && filters > 1;
  const who = filters === null ? 'A filter' : `${filters} ${several ? 'filters' : 'filter'}`;
  if (blocked === 0) return `${who} ${several ? 'judge' : 'judges'} each system call`;
  return `${who} ${several ? 'refuse' : 'refuses'} ${blocked} system ${blocked === 1 ? 'call' : 'calls'}`;
}
