import { z } from 'zod';
import { EpochMs } from './units.ts';

export const NamespaceKind = z.enum(['pid', 'net', 'mnt', 'uts', 'ipc', 'user', 'cgroup', 'time']);
export type NamespaceKind = z.infer<typeof NamespaceKind>;

/** One namespace seen from both sides; ids are inode numbers as `ls -l /proc/PID/ns` shows them. */
export const NamespaceView = z.object({
  kind: NamespaceKind,
  hostInode: z.number().int().nullable(),
  containerInode: z.number().int().nullable(),
  shared: z.boolean().nullable(),
  /** The same question answered from both sides: what `question` asks, outside and inside. */
  question: z.string(),
  outside: z.string(),
  inside: z.string(),
});
export type NamespaceView = z.infer<typeof NamespaceView>;

export const IdMapEntry = z.object({
  insideStart: z.number().int(),
  outsideStart: z.number().int(),
  count: z.number().int(),
});
export type IdMapEntry = z.infer<typeof IdMapEntry>;

/** How far one container is set apart, read from the kernel for its PID 1. */
export const Isolation = z.object({
  readAtMs: EpochMs,
  namespaces: z.array(NamespaceView),
  uidMap: z.array(IdMapEntry),
  gidMap: z.array(IdMapEntry),
  /** Names the kernel knows, and which of them each set holds, from /proc/PID/status. */
  capabilities: z.object({
    known: z.array(z.string()),
    bounding: z.array(z.string()),
    effective: z.array(z.string()),
    permitted: z.array(z.string()),
    inheritable: z.array(z.string()),
    ambient: z.array(z.string()),
  }),
  seccomp: z.object({
    mode: z.enum(['disabled', 'strict', 'filter', 'unknown']),
    filters: z.number().int().nullable(),
    /** System calls refused by the profile that was asked for; empty when unconfined. */
    blocked: z.array(z.string()),
    noNewPrivileges: z.boolean().nullable(),
  }),
  maskedPaths: z.array(z.string()),
  readonlyPaths: z.array(z.string()),
  mounts: z.array(z.object({ target: z.string(), fstype: z.string(), source: z.string(), options: z.string() })),
  /** What is not isolated, in plain words with today's values. */
  sharedWithHost: z.array(z.object({ what: z.string(), value: z.string() })),
});
export type Isolation = z.infer<typeof Isolation>;
