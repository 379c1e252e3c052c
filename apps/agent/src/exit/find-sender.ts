import { readFileSync } from 'node:fs';
import type { TraceEvent } from '@vitrine/kernel';
import type { Procfs } from '@vitrine/procfs';
import type { SignalSender } from '@vitrine/protocol';

export type SenderLookup = {
  procfs: Procfs;
  cgroupParent: string;
  nameOf: (containerId: string) => string | undefined;
};
type SignalEvent = Extract<TraceEvent, { type: 'signal' }>;

/** Names of the host's users, read when asked: a death is rare. */
function userName(uid: number): string | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((candidate) => candidate.split(':')[2] === `${uid}`);
    return line?.split(':')[0] ?? null;
  } catch {
    return null;
  }
}

/**
 * Who stood behind one delivery of a signal. What the trace does not tell (command line, user, container) is asked of the
 * sender while it still lives; a PID that answers by another name is somebody else by now, and is not asked.
 */
export function findSender(
  { sender, code }: SignalEvent,
  containerId: string,
  { procfs, cgroupParent, nameOf }: SenderLookup,
): SignalSender {
  // si_code above zero means that the kernel sent it: a fault, a timer, or SI_KERNEL.
  if (code > 0) return { kind: 'kernel' };
  const known = { kind: 'process' as const, pid: sender.pid };
  const found = procfs.readProcess(sender.pid, cgroupParent);
  if (found === undefined || (sender.comm !== null && found.comm !== sender.comm)) {
    const unasked = { containerPid: null, commandLine: null, uid: null, userName: null, containerName: null };
    return { ...known, comm: sender.comm ?? 'a process that is gone', where: 'unknown', ...unasked };
  }
  const { owner } = found;
  const place = {
    containerPid: found.containerPid,
    commandLine: found.commandLine,
    uid: found.uid,
    userName: userName(found.uid),
  };
  const who = { ...known, comm: found.comm, ...place };
  if (owner.kind === 'none') return { ...who, where: 'host', containerName: null };
  if (owner.kind === 'foreign') return { ...who, where: 'other-container', containerName: owner.id };
  if (owner.id === containerId) return { ...who, where: 'this-container', containerName: nameOf(owner.id) ?? null };
  return { ...who, where: 'other-container', containerName: nameOf(owner.id) ?? owner.id };
}
