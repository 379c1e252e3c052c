/** How far one container is set apart, asked of the kernel now, with what the runtime asked for beside it. */
import { readFileSync } from 'node:fs';
import { DomainError, type Isolation, type NamespaceKind, type NamespaceView } from '@vitrine/protocol';
import type { IsolationReading, Procfs } from '@vitrine/procfs';
import { z } from 'zod';
import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import type { ContainerRecord } from '../records/container-record.ts';

/** What of the OCI configuration is shown here; it was made by the runtime and lies in the record as plain JSON. */
const Asked = z.object({
  hostname: z.string().optional(),
  process: z.object({ capabilities: z.object({ bounding: z.array(z.string()).default([]) }).optional() }),
  linux: z.object({ maskedPaths: z.array(z.string()).default([]), readonlyPaths: z.array(z.string()).default([]) }),
});

export function readIsolation({ procfs, runtime, now, hostname }: Parts, { record }: LiveContainer): Isolation {
  const reading = record.pid === null ? undefined : procfs.readIsolation(record.pid);
  if (record.pid === null || reading === undefined) {
    throw new DomainError('precondition-failed', {
      message: `Container "${record.name}" has no process to look at: it is ${record.status}.`,
      mend: 'Isolation is read from the kernel while the container runs; its configuration tells what was asked for.',
    });
  }
  const asked = Asked.parse(record.ociConfig);
  const sides = { procfs, record, reading, asked, pid: record.pid, hostname };
  const namespaces = reading.namespaces.map((namespace) => viewOf(namespace, sides));
  return {
    readAtMs: now(),
    namespaces,
    uidMap: reading.uidMap,
    gidMap: reading.gidMap,
    capabilities: reading.capabilities,
    seccomp: {
      ...reading.seccomp,
      blocked: runtime.blockedSyscalls(record.spec.seccomp, asked.process.capabilities?.bounding ?? []),
    },
    maskedPaths: asked.linux.maskedPaths,
    readonlyPaths: asked.linux.readonlyPaths,
    mounts: reading.mounts,
    sharedWithHost: sharedWithHost(procfs, namespaces),
  };
}

type Sides = {
  procfs: Procfs;
  record: ContainerRecord;
  reading: IsolationReading;
  asked: z.infer<typeof Asked>;
  pid: number;
  hostname: string;
};
type Answer = { question: string; outside: string; inside: string };

function viewOf({ kind, hostInode, inode }: IsolationReading['namespaces'][number], sides: Sides): NamespaceView {
  const shared = hostInode === null || inode === null ? null : hostInode === inode;
  const answer = ASK[kind](sides);
  const inside = shared === true ? answer.outside : answer.inside;
  return { kind, hostInode, containerInode: inode, shared, ...answer, inside };
}

/** One question a kind, answered from both sides with today's values. */
const ASK: Record<NamespaceKind, (sides: Sides) => Answer> = {
  pid: ({ pid }) => ({ question: 'What is the PID of the main process?', outside: `${pid}`, inside: '1' }),
  net: ({ procfs, reading }) => ({
    question: 'Which network interfaces are there?',
    outside: hostSide(procfs)?.interfaces.join(', ') ?? 'unknown',
    inside: reading.interfaces.join(', '),
  }),
  mnt: ({ procfs, reading }) => ({
    question: 'What is mounted at /?',
    outside: rootMount(hostSide(procfs)?.mounts),
    inside: rootMount(reading.mounts),
  }),
  uts: ({ hostname, asked }) => ({
    question: 'What is the hostname?',
    outside: hostname,
    inside: asked.hostname ?? hostname,
  }),
  ipc: () => ({
    question: 'Whose shared memory and message queues are seen?',
    outside: "the host's",
    inside: 'only its own',
  }),
  user: ({ reading }) => ({
    question: 'Who is root (uid 0 inside)?',
    outside: `uid ${reading.uidMap[0]?.outsideStart ?? 0}`,
    inside: 'uid 0',
  }),
  cgroup: ({ record }) => ({
    question: 'Which cgroup does it see itself in?',
    outside: Object.values(record.cgroup?.paths ?? {})[0] ?? 'unknown',
    inside: '/',
  }),
  time: ({ procfs }) => ({
    question: 'When was the system booted?',
    outside: new Date(procfs.bootedAtMs).toISOString(),
    inside: new Date(procfs.bootedAtMs).toISOString(),
  }),
};

/** The host as its PID 1 sees it; where nobody may look at that one, as the agent does, which lives on the host. */
const hostSide = (procfs: Procfs): IsolationReading | undefined =>
  procfs.readIsolation(1) ?? procfs.readIsolation(process.pid);

function rootMount(mounts: IsolationReading['mounts'] | undefined): string {
  const root = mounts?.findLast(({ target }) => target === '/');
  return root === undefined ? 'unknown' : `${root.fstype} (${root.source})`;
}

/** What no namespace can set apart, and what was asked to be shared. */
function sharedWithHost(procfs: Procfs, namespaces: readonly NamespaceView[]): Isolation['sharedWithHost'] {
  const { kernel, cpuCount } = procfs.hostFacts();
  const { load1 } = procfs.hostUsage();
  const shared = namespaces.filter((view) => view.shared === true);
  return [
    { what: 'The kernel', value: `Linux ${kernel}` },
    { what: 'The clock', value: new Date().toISOString() },
    { what: 'CPUs, as /proc/cpuinfo tells them', value: `${cpuCount}` },
    { what: 'The load, as /proc/loadavg tells it', value: load1.toFixed(2) },
    { what: 'Kernel modules and most of /proc/sys', value: firstLine('/proc/version') },
    ...shared.map(({ kind, hostInode }) => ({ what: `The ${kind} namespace`, value: `${kind}:[${hostInode ?? '?'}]` })),
  ];
}

const firstLine = (path: string): string => readFileSync(path, 'utf8').split('\n')[0] ?? '';
