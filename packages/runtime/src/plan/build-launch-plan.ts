/**
 * The launch plan of one container: every system call from an empty shim to exec, in order.
 *
 * The shim and the child run side by side on purpose: while the shim maps ids and builds the root, the child makes what
 * belongs to its own namespaces. They wait for each other four times: `m` (ids are mapped), the root's descriptor,
 * `r` (the child is ready) and `g` (go).
 *
 * Source   DESIGN.md, "The launch plan"; opencontainers/runtime-spec, runtime-linux.md; runc and crun for the order.
 */
import { DomainError } from '@vitrine/protocol';
import type { LaunchPlan, Slot } from '@vitrine/shim';
import type { LaunchInput } from '../launch-input.ts';
import { enterCgroup, prepareCgroup, type CgroupEntry } from './cgroup.ts';
import { cloneHostDevices, makeMask, maskPaths, openNull, populateDev, type HostDevices } from './dev.ts';
import { awaitGo, closeDescriptors, execProgram } from './exec.ts';
import {
  connectStreams,
  enterWorkingDirectory,
  leaveSession,
  makeStreams,
  raiseRlimits,
  setHostname,
  setRlimits,
} from './identity.ts';
import {
  attachMounts,
  cloneBindSources,
  makeFilesystems,
  makePathsReadonly,
  writeSysctls,
  type PreparedMount,
} from './mounts.ts';
import {
  becomeRootInside,
  cloneChild,
  enterPrivateMounts,
  leaveForHost,
  setOomScore,
  writeIdMaps,
} from './namespaces.ts';
import { bringLoopbackUp } from './network.ts';
import { closeFd, named, newContext, type PlanContext } from './plan-context.ts';
import { mountOverlay, pivot, receiveRoot } from './rootfs.ts';
import { dieWithShim, forbidNewPrivileges, installSeccomp, restrictCapabilities, unblockSignals } from './security.ts';

/** A launch takes milliseconds; on the slowest machine that is of any use, a second. */
const LAUNCH_TIMEOUT_SEC = 30;

/** Pure. Throws DomainError for what cannot be planned. */
export function buildLaunchPlan(input: LaunchInput): LaunchPlan {
  refuseUnsupported(input);
  const context = newContext(input);
  const { pid, pidfd, stdoutRead, stderrRead } = context.slots;
  const inherited = prepare(context);
  planShim(context, inherited);
  planChild(context, inherited);
  return context.plan.build({ pid, pidfd, stdout: stdoutRead, stderr: stderrRead, log: input.log });
}

function refuseUnsupported({ config }: LaunchInput): void {
  const kinds = config.linux.namespaces.map(({ type }) => type);
  const refuse = (message: string, mend: string): never => {
    throw new DomainError('unsupported', { message, mend });
  };
  if (config.linux.namespaces.some(({ path }) => path !== undefined)) {
    refuse('Joining a namespace that exists already is not supported.', 'Leave out the path of the namespace.');
  }
  if (kinds.includes('time')) refuse('Time namespaces are not supported yet.', 'Leave out the time namespace.');
  for (const needed of ['mount', 'pid'] as const) {
    if (!kinds.includes(needed)) refuse(`A container without its own ${needed} namespace is not supported.`, `Add it.`);
  }
  if (config.process.terminal === true) refuse('A terminal is not supported yet.', 'Set terminal to false.');
}

/** What the child inherits: opened by the shim before the clone. */
type Inherited = {
  cgroup: CgroupEntry;
  devices: HostDevices;
  binds: readonly PreparedMount[];
  temporaries: readonly Slot[];
};

function prepare(context: PlanContext): Inherited {
  makeStreams(context);
  makeSyncSocket(context);
  enterPrivateMounts(context);
  const cgroup = prepareCgroup(context);
  const devices = cloneHostDevices(context);
  const binds = cloneBindSources(context);
  return {
    cgroup,
    devices,
    binds,
    temporaries: [...cgroup.tasks, ...devices.values(), ...binds.map(({ slot }) => slot)],
  };
}

function makeSyncSocket({ shim, plan, slots, input }: PlanContext): void {
  const ends = plan.arena.buffer(8, 'sync');
  const type = named(1 | 0o2000000, 'SOCK_STREAM|SOCK_CLOEXEC');
  shim.syscall('sync', 'how shim and child wait for each other', 'socketpair', [named(1, 'AF_UNIX'), type, 0, ends]);
  shim.load('sync', "the shim's end", ends.at(0, 4), slots.shimEnd);
  shim.load('sync', "the child's end", ends.at(4, 4), slots.childEnd);
  const timeout = Buffer.alloc(16);
  timeout.writeBigInt64LE(BigInt(input.launchTimeoutSec ?? LAUNCH_TIMEOUT_SEC), 0);
  const seconds = plan.arena.bytes(timeout, `{tv_sec=${input.launchTimeoutSec ?? LAUNCH_TIMEOUT_SEC}}`);
  const option = [slots.shimEnd, named(1, 'SOL_SOCKET'), named(20, 'SO_RCVTIMEO'), seconds, seconds.size];
  shim.syscall('sync', 'give up on a child that does not answer', 'setsockopt', option);
}

function planShim(context: PlanContext, { cgroup, temporaries }: Inherited): void {
  const { shim, slots, input, isNew } = context;
  cloneChild(context, cgroup.intoCgroup);
  closeFd(shim, 'sync', "the child's end", slots.childEnd);
  closeFd(shim, 'prepare', "the container's end of stdout", slots.stdoutWrite);
  closeFd(shim, 'prepare', "the container's end of stderr", slots.stderrWrite);
  raiseRlimits(context);
  if (input.config.process.oomScoreAdj !== undefined) setOomScore(context, input.config.process.oomScoreAdj);
  if (isNew('user')) {
    writeIdMaps(context);
    shim.notify('the ids are mapped', slots.shimEnd, 'm');
  }
  mountOverlay(context);
  for (const slot of temporaries) closeFd(shim, 'prepare', `${slot.name}: the child has it`, slot);
  shim.wait('wait until the child is ready', slots.shimEnd, 'r');
  if (!input.startAtOnce) {
    // It may wait for days, and must not hold on to disks that the host wants to unmount meanwhile.
    leaveForHost(context);
    shim.awaitStart('wait for start');
  }
  shim.notify('go', slots.shimEnd, 'g');
  shim.awaitExec('wait for exec', slots.shimEnd);
  // The container runs: from here on nothing can fail any more.
  closeFd(shim, 'sync', "the shim's end", slots.shimEnd);
  if (input.startAtOnce) leaveForHost(context);
}

function planChild(context: PlanContext, inherited: Inherited): void {
  const { child, plan, slots, isNew } = context;
  dieWithShim(context, 'die with the shim');
  closeFd(child, 'sync', "the shim's end", slots.shimEnd);
  enterCgroup(context, inherited.cgroup.tasks);
  leaveSession(context);
  if (isNew('network')) bringLoopbackUp(context);
  setHostname(context);
  if (isNew('user')) {
    child.wait('wait for the id maps', slots.childEnd, 'm');
    becomeRootInside(context);
  }
  buildTree(context, inherited);
  pivot(context);
  enterWorkingDirectory(context);
  connectStreams(context, plan.arena.text('/dev/null'));
  closeDescriptors(context);
  setRlimits(context);
  installSeccomp(context, 'before-capabilities');
  restrictCapabilities(context);
  forbidNewPrivileges(context);
  // Changing the user took it away.
  dieWithShim(context, 'die with the shim, as the user too');
  unblockSignals(context);
  awaitGo(context);
  installSeccomp(context, 'last');
  execProgram(context);
}

function buildTree(context: PlanContext, { devices, binds }: Inherited): void {
  const filesystems = makeFilesystems(context);
  writeSysctls(context, filesystems);
  const mask = makeMask(context);
  receiveRoot(context);
  attachMounts(context, [...filesystems, ...binds]);
  const dev = populateDev(context, devices);
  makePathsReadonly(context);
  if (mask !== undefined && dev !== undefined) maskPaths(context, mask, openNull(context, dev));
}
