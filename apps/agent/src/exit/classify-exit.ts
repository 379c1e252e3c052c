/**
 * From what was read at a death to the one answer to "why is it gone?". Pure: everything it knows is handed in.
 *
 * The order is the order of certainty. What the kernel's trace says of the signal beats what somebody asked for; a kill for
 * memory needs the kernel's own word (`mark_victim`, or a counter that rose where the trace tells of nobody). SIGKILL or exit code
 * 137 alone is never called out of memory.
 */
import type { Exit, SignalSender } from '@vitrine/protocol';
import type { StopRequest } from '../records/container-record.ts';
import { signalName } from './signal-names.ts';

/** One delivery of a signal to PID 1, as the tracepoint told it, with its sender looked up. */
export type SignalSeen = { signal: number; senderPid: number; sender: SignalSender };

export type Death = {
  pid: number;
  containerPid: number;
  code: number | null;
  signal: number | null;
  coreDumped: boolean;
  endedAtMs: number;
  stopRequest: StopRequest | null;
  /** Shim and agent: what they send, they send because of a stop request. */
  ourPids: ReadonlySet<number>;
  trace:
    | { available: true; signals: readonly SignalSeen[]; victims: readonly { pid: number; comm: string | null }[] }
    | { available: false; why: string };
  memory: {
    limitBytes: number | null;
    usageBytes: number | null;
    /** Kills since the last sample before the death. */
    oomKillsAtDeath: number;
  };
};

/** A kill request with a signal that PID 1 may handle counts as the cause only if it ends soon after. */
const KILL_ANSWER_MS = 10_000;
const SIGKILL = 9;
/** What the kernel sends for what a program did itself. The trace leaves those out, and would hold one that somebody sent. */
const FAULTS = new Set(['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGSYS', 'SIGPIPE', 'SIGXCPU', 'SIGXFSZ']);
export const isFault = (signal: number): boolean => FAULTS.has(signalName(signal));
const KERNEL: SignalSender = { kind: 'kernel' };

export function classifyExit(death: Death): Exit {
  return death.signal === null ? exitedByItself(death, death.code ?? 0) : endedBySignal(death, death.signal);
}

function exitedByItself({ stopRequest, endedAtMs }: Death, code: number): Exit {
  if (stopRequest === null) return { kind: 'exited', code };
  const { by, request, escalated } = stopRequest;
  if (request === 'kill' && endedAtMs - stopRequest.atMs > KILL_ANSWER_MS) return { kind: 'exited', code };
  return { kind: 'stopped', by, request, signal: null, code, escalated };
}

function endedBySignal(death: Death, signal: number): Exit {
  const { stopRequest, trace, memory, ourPids } = death;
  const victim = trace.available ? trace.victims.findLast(({ pid }) => pid === death.pid) : undefined;
  if (signal === SIGKILL && victim !== undefined) return outOfMemory(death, victim.comm);

  const seen = trace.available ? trace.signals.findLast((candidate) => candidate.signal === signal) : undefined;
  if (stopRequest !== null && (seen === undefined ? asked(stopRequest, signal) : ourPids.has(seen.senderPid))) {
    const { by, request, escalated } = stopRequest;
    return { kind: 'stopped', by, request, signal: signalName(signal), code: null, escalated };
  }
  if (signal === SIGKILL && seen === undefined && memory.oomKillsAtDeath > 0) return outOfMemory(death, null);
  const sender = seen?.sender ?? (trace.available && isFault(signal) ? KERNEL : unknown(trace));
  return { kind: 'signaled', signal: signalName(signal), coreDumped: death.coreDumped, sender };
}

/** Without a trace: the signal is the one that was asked for. */
const asked = ({ signal, escalated }: StopRequest, ended: number): boolean =>
  signalName(ended) === signal || (escalated && ended === SIGKILL);

function outOfMemory({ pid, containerPid, memory }: Death, comm: string | null): Exit {
  const { limitBytes, usageBytes } = memory;
  return { kind: 'oom', limitBytes, usageBytes, victim: { pid, containerPid, comm } };
}

const unknown = (trace: Death['trace']): SignalSender => ({
  kind: 'unknown',
  why: trace.available ? "the kernel's signal trace does not hold it any more" : trace.why,
});
