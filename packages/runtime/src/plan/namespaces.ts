/** The shim's own mount namespace, the clone with all of the container's, and the id maps. */
import { MS, O } from '@vitrine/kernel';
import { slotText, type ArenaRef } from '@vitrine/shim';
import type { OciIdMapping, OciNamespaceType } from '../oci.ts';
import { AT_FDCWD, closeFd, flags, named, NULL, openFlags, type PlanContext } from './plan-context.ts';

const CLONE = {
  PIDFD: 0x1000,
  NEWNS: 0x0002_0000,
  NEWCGROUP: 0x0200_0000,
  NEWUTS: 0x0400_0000,
  NEWIPC: 0x0800_0000,
  NEWUSER: 0x1000_0000,
  NEWPID: 0x2000_0000,
  NEWNET: 0x4000_0000,
  CLEAR_SIGHAND: 0x1_0000_0000,
  INTO_CGROUP: 0x2_0000_0000,
} as const;

/** The cgroup namespace is not among them: it is made by the child when it stands in its cgroup. */
const CLONED: Partial<Record<OciNamespaceType, keyof typeof CLONE>> = {
  mount: 'NEWNS',
  uts: 'NEWUTS',
  ipc: 'NEWIPC',
  user: 'NEWUSER',
  pid: 'NEWPID',
  network: 'NEWNET',
};

/** `struct clone_args`; the kernel takes its length for its version. */
const CLONE_ARGS = { flags: 0, pidfd: 8, exit_signal: 32, cgroup: 80, bytes: 88 } as const;
const SIGCHLD = 17;
const DECIMAL_BYTES = 24;

/** What the shim mounts while it builds the root is seen by nobody else, and goes when the shim goes. */
export function enterPrivateMounts({ shim, plan, slots }: PlanContext): void {
  const path = plan.arena.text('/proc/self/ns/mnt');
  shim.syscall('prepare', "remember the host's mounts", 'openat', [AT_FDCWD, path, openFlags(O.CLOEXEC), 0], {
    result: slots.hostMounts,
  });
  shim.syscall('namespaces', 'a mount namespace for the shim', 'unshare', [flags('CLONE_', CLONE, CLONE.NEWNS)]);
  const attributes = flags('MS_', MS, MS.REC | MS.PRIVATE);
  shim.syscall('namespaces', "let no mount spread to or from the host's", 'mount', [
    NULL,
    plan.arena.text('/'),
    NULL,
    attributes,
    NULL,
  ]);
}

/** The pid comes back as the result; the pidfd is loaded from memory. */
export function cloneChild(context: PlanContext, cgroupDirectory: ((field: ArenaRef) => void) | undefined): void {
  const { shim, plan, slots, isNew } = context;
  const names = Object.entries(CLONED).flatMap(([type, flag]) => (isNew(type as OciNamespaceType) ? [flag] : []));
  const all: (keyof typeof CLONE)[] = [...names, 'PIDFD', 'CLEAR_SIGHAND'];
  if (cgroupDirectory !== undefined) all.push('INTO_CGROUP');

  const bytes = Buffer.alloc(CLONE_ARGS.bytes);
  bytes.writeBigUInt64LE(
    all.reduce((sum, name) => sum | BigInt(CLONE[name]), 0n),
    CLONE_ARGS.flags,
  );
  bytes.writeBigUInt64LE(BigInt(SIGCHLD), CLONE_ARGS.exit_signal);
  const cloneArgs = plan.arena.bytes(bytes, `{flags=${all.map((name) => `CLONE_${name}`).join('|')}}`);
  const pidfd = plan.arena.buffer(4, 'pidfd');
  plan.arena.point(cloneArgs.at(CLONE_ARGS.pidfd, 8), pidfd);

  cgroupDirectory?.(cloneArgs.at(CLONE_ARGS.cgroup, 8));
  shim.clone('namespaces', 'the process that becomes PID 1, in its own namespaces', cloneArgs, slots.pid);
  shim.load('namespaces', 'its pidfd', pidfd, slots.pidfd);
}

const mapText = (mappings: readonly OciIdMapping[]): string =>
  mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');

/** By the shim, which may map any range; until then the child is nobody in its user namespace. */
export function writeIdMaps(context: PlanContext): void {
  const { shim, plan, slots, input } = context;
  openChildProc(context);
  const { uidMappings = [], gidMappings = [] } = input.config.linux;
  for (const [file, mappings] of [
    ['uid_map', uidMappings],
    ['gid_map', gidMappings],
  ] as const) {
    const text = Buffer.from(mapText(mappings));
    shim.syscall('identity', `open ${file}`, 'openat', [slots.tree, plan.arena.text(file), openFlags(O.WRONLY), 0], {
      result: slots.scratch,
    });
    const content = plan.arena.bytes(text, JSON.stringify(text.toString()));
    shim.syscall('identity', `map ${file === 'uid_map' ? 'users' : 'groups'}`, 'write', [
      slots.scratch,
      content,
      content.size,
    ]);
    closeFd(shim, 'identity', file, slots.scratch);
  }
}

/** /proc/PID as a directory, in `slots.tree`; once for all that is written there. */
function openChildProc({ shim, plan, slots }: PlanContext): void {
  const prefix = '/proc/';
  const buffer = Buffer.alloc(prefix.length + DECIMAL_BYTES);
  buffer.write(prefix);
  const path = plan.arena.bytes(buffer, `"${prefix}${slotText(slots.pid)}"`);
  shim.pokeDecimal('identity', 'where the kernel shows the child', slots.pid, path.at(prefix.length, DECIMAL_BYTES));
  const how = openFlags(O.PATH | O.DIRECTORY | O.CLOEXEC);
  shim.syscall('identity', 'open /proc of the child', 'openat', [AT_FDCWD, path, how, 0], { result: slots.tree });
}

/** While the child still has the host's user id: later nobody without CAP_SYS_RESOURCE may change it. */
export function setOomScore(context: PlanContext, score: number): void {
  const { shim, plan, slots, input } = context;
  openChildProc(context);
  const args = [slots.tree, plan.arena.text('oom_score_adj'), openFlags(O.WRONLY), 0];
  shim.syscall('cgroup', 'open oom_score_adj', 'openat', args, { result: slots.scratch });
  const text = plan.arena.text(`${score}`);
  shim.syscall('cgroup', 'how soon it is killed when memory ends', 'write', [slots.scratch, text, text.size - 1], {
    allow: input.mayBeRefused?.oomScoreAdj === true ? ['EACCES', 'EPERM'] : [],
  });
  closeFd(shim, 'cgroup', 'oom_score_adj', slots.scratch);
  closeFd(shim, 'cgroup', '/proc of the child', slots.tree);
}

/** Root inside, so that what it makes belongs to the mapped root. Before the maps were written this was impossible. */
export function becomeRootInside({ child, plan }: PlanContext): void {
  const ids = [0, 0, 0];
  child.syscall('identity', 'root of its groups', 'setresgid', ids);
  child.syscall('identity', 'root of its user namespace', 'setresuid', ids);
  child.syscall('identity', 'none of the groups of the agent', 'setgroups', [0, plan.arena.text('')]);
}

export const leaveForHost = ({ shim, slots }: PlanContext): void => {
  shim.syscall('prepare', "back among the host's mounts", 'setns', [
    slots.hostMounts,
    named(CLONE.NEWNS, 'CLONE_NEWNS'),
  ]);
  closeFd(shim, 'prepare', "the host's mounts", slots.hostMounts);
};
