/** How far one process is set apart from the host: only what the kernel tells of it, nothing remembered. */
import { capabilitiesUpTo } from './capabilities.ts';
import { type IdMapEntry, parseIdMap } from './id-map.ts';
import { type Mount, parseMountinfo } from './mountinfo.ts';
import { readProcFile, readProcLink } from './proc-file.ts';
import { type CapabilitySets, parseCapabilitySets, parseSeccomp, type SeccompReading } from './status.ts';

const NAMESPACE_KINDS = ['pid', 'net', 'mnt', 'uts', 'ipc', 'user', 'cgroup', 'time'] as const;
export type NamespaceKind = (typeof NAMESPACE_KINDS)[number];

/** Inode numbers as `ls -l /proc/PID/ns` shows them; null when this kernel has no such namespace. */
export interface NamespaceReading {
  kind: NamespaceKind;
  hostInode: number | null;
  inode: number | null;
}

export interface IsolationReading {
  namespaces: NamespaceReading[];
  uidMap: IdMapEntry[];
  gidMap: IdMapEntry[];
  capabilities: CapabilitySets & { known: string[] };
  seccomp: SeccompReading;
  mounts: Mount[];
  /** Names of the network interfaces that it sees. */
  interfaces: string[];
}

function namespaceInode(root: string, pid: number | 'self', kind: NamespaceKind): number | null {
  const inode = /\[(\d+)\]$/.exec(readProcLink(`${root}/${pid}/ns/${kind}`) ?? '')?.[1];
  return inode === undefined ? null : Number(inode);
}

function readNamespaces(root: string, pid: number): NamespaceReading[] {
  return NAMESPACE_KINDS.map((kind) => ({
    kind,
    // PID 1 is the host, whatever namespaces the agent was put into; some machines let nobody look at it.
    hostInode: namespaceInode(root, 1, kind) ?? namespaceInode(root, 'self', kind),
    inode: namespaceInode(root, pid, kind),
  }));
}

/** /proc/PID/net/dev: two lines of heading, then `name: counters`. */
export const parseInterfaces = (text: string): string[] =>
  [...text.matchAll(/^ *([^\s:|]+(?::[^\s:]+)*):/gm)].map((match) => match[1] ?? '');

/** undefined: the process is gone, or is a zombie whose namespaces are. */
export function readIsolation(root: string, pid: number): IsolationReading | undefined {
  const directory = `${root}/${pid}`;
  const status = readProcFile(`${directory}/status`);
  const namespaces = readNamespaces(root, pid);
  const [uidMap, gidMap] = [readProcFile(`${directory}/uid_map`), readProcFile(`${directory}/gid_map`)];
  if (status === undefined || uidMap === undefined || gidMap === undefined) return undefined;
  // A zombie has given up all namespaces but two; nobody who lives is without a mount namespace.
  if (namespaces.find(({ kind }) => kind === 'mnt')?.inode === null) return undefined;
  const lastCapability = Number(readProcFile(`${root}/sys/kernel/cap_last_cap`) ?? 40);
  return {
    namespaces,
    uidMap: parseIdMap(uidMap),
    gidMap: parseIdMap(gidMap),
    capabilities: { known: capabilitiesUpTo(lastCapability), ...parseCapabilitySets(status) },
    seccomp: parseSeccomp(status),
    mounts: parseMountinfo(readProcFile(`${directory}/mountinfo`) ?? ''),
    interfaces: parseInterfaces(readProcFile(`${directory}/net/dev`) ?? ''),
  };
}
