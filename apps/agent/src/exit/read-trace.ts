import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignalTrace, TraceEvent } from '@vitrine/kernel';
import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import type { Death, SignalSeen } from './classify-exit.ts';
import { findSender } from './find-sender.ts';
import { signalName } from './signal-names.ts';

/** What the kernel's trace holds about one container's PID 1 and its shim. */
export type TraceFindings = Extract<Death['trace'], { available: true }> & {
  source: string;
  lines: string[];
  shimKilledBy: SignalSeen | undefined;
};

/** Clocks of one machine read one after the other differ a little. */
const CLOCK_SLACK_MS = 50;

/** CLOCK_BOOTTIME, to a hundredth of a second. */
const readUptimeUsec = (): number => Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1_000_000;

/** Milliseconds since the epoch of an event that is stamped by the boot clock. */
function epochMsOf(event: TraceEvent, nowMs: number, bootUsec: number): number {
  return nowMs - (bootUsec - event.atBootUsec) / 1000;
}

const LOOK_AGAIN_MS = 20;
const LOOKS = 6;

/**
 * Null where there is no trace. The kernel ends a reading early when the ring is written to fast just then, so what must be there
 * and is not is looked for again.
 */
export async function readTraceOf(
  parts: Parts,
  container: LiveContainer,
  isThere: (found: TraceFindings) => boolean,
): Promise<TraceFindings | null> {
  const { signalTrace } = parts;
  if (signalTrace === null) return null;
  for (let looks = 1; ; looks += 1) {
    const found = readOnce(parts, signalTrace, container);
    if (isThere(found) || looks === LOOKS) return found;
    await sleep(LOOK_AGAIN_MS);
  }
}

/** PIDs are used again, so only what is younger than the container counts. */
function readOnce(
  { procfs, cgroupParent, table, now }: Parts,
  signalTrace: SignalTrace,
  container: LiveContainer,
): TraceFindings {
  const { record } = container;
  const bootUsec = readUptimeUsec();
  const nowMs = now();
  const since = record.createdAtMs - CLOCK_SLACK_MS;
  const events = signalTrace.read().filter((event) => epochMsOf(event, nowMs, bootUsec) >= since);
  const senders = { procfs, cgroupParent, nameOf: (id: string) => table.find(id)?.record.name };
  const seen = (event: Extract<TraceEvent, { type: 'signal' }>): SignalSeen => ({
    signal: event.signal,
    senderPid: event.sender.pid,
    sender: findSender(event, record.id, senders),
  });
  const to = (pid: number | null) =>
    events.filter((event) => event.type === 'signal').filter((event) => pid !== null && event.target.pid === pid);
  const victims = events.filter((event) => event.type === 'oom-victim' && event.pid === record.pid);
  const ofShim = to(record.shimPid).at(-1);
  return {
    available: true,
    source: signalTrace.source,
    signals: to(record.pid).map(seen),
    victims: victims.filter((event) => event.type === 'oom-victim'),
    lines: [...victims, ...to(record.pid).slice(-5), ...(ofShim === undefined ? [] : [ofShim])].map(({ line }) => line),
    shimKilledBy: ofShim === undefined ? undefined : seen(ofShim),
  };
}

/** ", killed with SIGKILL by bash (pid 7)": the end of a sentence, or nothing. */
export function whoKilledShim(trace: TraceFindings | null): string {
  const seen = trace?.shimKilledBy;
  if (seen === undefined) return '';
  const by = seen.sender.kind === 'process' ? `${seen.sender.comm} (pid ${seen.sender.pid})` : 'the kernel';
  return `: killed with ${signalName(seen.signal)} by ${by}`;
}
