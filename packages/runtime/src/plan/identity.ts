/** Who PID 1 is: host name, standard streams, working directory, resource limits, user and groups. */
import { O, RESOLVE } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';
import type { ArenaRef, Slot } from '@vitrine/shim';
import type { OciIdMapping } from '../oci.ts';
import { AT_FDCWD, closeFd, named, NULL, openFlags, openHow, relative, type PlanContext } from './plan-context.ts';

const RLIMITS: Readonly<Record<string, number>> = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
};

const KEYCTL_JOIN_SESSION_KEYRING = named(1, 'KEYCTL_JOIN_SESSION_KEYRING');
const DEFAULT_UMASK = 0o022;
/** With fewer descriptors a launch could not be finished: such a limit is set at the end only. */
const DESCRIPTORS_OF_A_LAUNCH = 1024;
const GETCWD_BYTES = 4096;
const SLASH = 0x2fn;

/** Read ends stay with the shim; the write ends belong to the user inside, who may open /dev/stdout anew. */
export function makeStreams(context: PlanContext): void {
  const { shim, plan, slots } = context;
  const { uid, gid } = context.input.config.process.user;
  const { uidMappings = [], gidMappings = [] } = context.input.config.linux;
  for (const [name, read, write] of [
    ['stdout', slots.stdoutRead, slots.stdoutWrite],
    ['stderr', slots.stderrRead, slots.stderrWrite],
  ] as const) {
    const ends = plan.arena.buffer(8, `${name} pipe`);
    shim.syscall('prepare', `a pipe for ${name}`, 'pipe2', [ends, openFlags(O.CLOEXEC)]);
    shim.load('prepare', 'the end of the log', ends.at(0, 4), read);
    shim.load('prepare', 'the end of the container', ends.at(4, 4), write);
    const owner = [write, toHost(uid, uidMappings, 'uid'), toHost(gid, gidMappings, 'gid')];
    shim.syscall('identity', `give ${name} to the user inside`, 'fchown', owner);
  }
}

/** The host's number for an id inside. Throws when it has none: the process would be nobody. */
function toHost(id: number, mappings: readonly OciIdMapping[], what: string): number {
  if (mappings.length === 0) return id;
  const mapping = mappings.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  if (mapping === undefined) {
    throw new DomainError('invalid-input', {
      field: 'user',
      message: `The ${what} ${id} is outside of the container's own range of ids.`,
      mend: `Use a ${what} below ${Math.max(...mappings.map(({ containerID, size }) => containerID + size))}, or the host's user namespace.`,
    });
  }
  return mapping.hostID + id - mapping.containerID;
}

const rlimitNumber = (type: string): number => {
  const number = RLIMITS[type];
  if (number === undefined) {
    throw new DomainError('invalid-input', {
      field: 'rlimits',
      message: `${type} is no resource limit that Linux has.`,
      mend: `Use one of ${Object.keys(RLIMITS).join(', ')}.`,
    });
  }
  return number;
};

function rlimit(context: PlanContext, soft: number, hard: number): ArenaRef {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(soft), 0);
  bytes.writeBigUInt64LE(BigInt(hard), 8);
  return context.plan.arena.bytes(bytes, `{rlim_cur=${soft}, rlim_max=${hard}}`);
}

/** By the shim, while it still may: inside the user namespace a hard limit can only be lowered. */
export function raiseRlimits(context: PlanContext): void {
  const { shim, slots, input } = context;
  for (const { type, hard } of input.config.process.rlimits ?? []) {
    if (type === 'RLIMIT_NOFILE' && hard < DESCRIPTORS_OF_A_LAUNCH) continue;
    const args = [slots.pid, named(rlimitNumber(type), type), rlimit(context, hard, hard), NULL];
    shim.syscall('identity', `rlimit: room for ${type}`, 'prlimit64', args, { allow: mayBeRefused(context, type) });
  }
}

export function setRlimits(context: PlanContext): void {
  const { child, input } = context;
  for (const { type, soft, hard } of input.config.process.rlimits ?? []) {
    const args = [0, named(rlimitNumber(type), type), rlimit(context, soft, hard), NULL];
    child.syscall('identity', `rlimit: ${type}`, 'prlimit64', args, { allow: mayBeRefused(context, type) });
  }
}

const mayBeRefused = ({ input }: PlanContext, type: string): readonly ['EPERM'] | readonly [] =>
  input.mayBeRefused?.rlimits.includes(type) === true ? ['EPERM'] : [];

/** Own session and keyring, so that neither terminal nor keys of the agent are within reach. */
export function leaveSession({ child }: PlanContext): void {
  child.syscall('identity', 'a session of its own', 'setsid', []);
  child.syscall('security', 'a keyring of its own', 'keyctl', [KEYCTL_JOIN_SESSION_KEYRING, NULL], {
    allow: ['ENOSYS', 'EDQUOT', 'EPERM', 'EACCES'],
  });
}

export function setHostname({ child, plan, input, isNew }: PlanContext): void {
  const { hostname } = input.config;
  if (hostname === undefined || !isNew('uts')) return;
  const text = plan.arena.text(hostname);
  child.syscall('identity', `hostname ${hostname}`, 'sethostname', [text, text.size - 1]);
}

/** Standard input is the container's own null; what comes out goes to the shim. */
export function connectStreams({ child, slots }: PlanContext, nullPath: ArenaRef): void {
  const how = openFlags(O.RDWR | O.NOFOLLOW | O.CLOEXEC);
  child.syscall('exec', 'nothing to read', 'openat', [AT_FDCWD, nullPath, how, 0], { result: slots.scratch });
  const streams: [string, Slot, number][] = [
    ['stdin', slots.scratch, 0],
    ['stdout', slots.stdoutWrite, 1],
    ['stderr', slots.stderrWrite, 2],
  ];
  for (const [name, from, to] of streams) child.syscall('exec', name, 'dup3', [from, to, 0]);
}

/** By descriptor, below the root and through no magic link; then asked for, since a path outside has no "/" in front. */
export function enterWorkingDirectory(context: PlanContext): void {
  const { child, plan, slots, input } = context;
  const { cwd } = input.config.process;
  const how = openHow(context, { flags: O.PATH | O.DIRECTORY, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS });
  const args = [slots.root, plan.arena.text(relative(cwd)), how, how.size];
  child.syscall('identity', `open the working directory ${cwd}`, 'openat2', args, { result: slots.scratch });
  child.syscall('identity', `go to the working directory ${cwd}`, 'fchdir', [slots.scratch]);
  const path = plan.arena.buffer(GETCWD_BYTES, 'cwd');
  child.syscall('identity', 'ask where that is', 'getcwd', [path, path.size]);
  child.assert('identity', 'the working directory is inside', path.at(0, 1), { equals: SLASH, errno: 'EXDEV' });
  closeFd(child, 'identity', 'the working directory', slots.scratch);
}

/** Groups first: after the user is changed nobody may change them. */
export function becomeUser({ child, plan, input }: PlanContext): void {
  const { uid, gid, additionalGids = [], umask = DEFAULT_UMASK } = input.config.process.user;
  const groups = Buffer.alloc(additionalGids.length * 4);
  for (const [index, group] of additionalGids.entries()) groups.writeUInt32LE(group, index * 4);
  const list = plan.arena.bytes(groups.length === 0 ? Buffer.alloc(4) : groups, `[${additionalGids.join(', ')}]`);
  child.syscall('identity', 'umask', 'umask', [named(umask, `0${umask.toString(8)}`)]);
  child.syscall('identity', 'further groups', 'setgroups', [additionalGids.length, list]);
  child.syscall('identity', `group ${gid}`, 'setresgid', [gid, gid, gid]);
  child.syscall('identity', `user ${uid}`, 'setresuid', [uid, uid, uid]);
}
