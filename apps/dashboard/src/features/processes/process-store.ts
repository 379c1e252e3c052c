/** Processes as they come and go: what was just born and what just ended stays marked for a moment, so that one can see it. */
import { applyProcessUpdate, type ProcessInfo, type ProcessUpdate } from '@vitrine/protocol';

/** How long an ended process stays on the screen, struck through. */
export const ENDED_SHOWN_MS = 2000;
/** How long a new one glows. */
export const BORN_SHOWN_MS = 1600;

export type Processes = {
  alive: ReadonlyMap<number, ProcessInfo>;
  /** When each was first seen, for those that came after the first snapshot. By the browser's clock. */
  bornAtMs: ReadonlyMap<number, number>;
  ended: ReadonlyMap<number, { process: ProcessInfo; atMs: number }>;
  /** By the host's clock; null before the first snapshot. */
  atMs: number | null;
};

export const NO_PROCESSES: Processes = { alive: new Map(), bornAtMs: new Map(), ended: new Map(), atMs: null };

/** Forgets the marks that had their time. Returns the same object when there is nothing to forget. */
export function forgetMarks(known: Processes, nowMs: number): Processes {
  const ended = new Map([...known.ended].filter(([, { atMs }]) => nowMs - atMs < ENDED_SHOWN_MS));
  const bornAtMs = new Map([...known.bornAtMs].filter(([, atMs]) => nowMs - atMs < BORN_SHOWN_MS));
  if (ended.size === known.ended.size && bornAtMs.size === known.bornAtMs.size) return known;
  return { ...known, ended, bornAtMs };
}

/** A PID is used again: only with the time of its start it names one process. */
const isSame = (a: ProcessInfo | undefined, b: ProcessInfo): boolean => a?.startedAtMs === b.startedAtMs;

export function withUpdate(known: Processes, update: ProcessUpdate, nowMs: number): Processes {
  const alive = applyProcessUpdate(known.alive, update);
  if (known.atMs === null) return { ...NO_PROCESSES, alive, atMs: update.atMs };
  const kept = forgetMarks(known, nowMs);
  const bornAtMs = new Map(kept.bornAtMs);
  const ended = new Map(kept.ended);
  for (const [pid, process] of alive) {
    if (isSame(known.alive.get(pid), process)) continue;
    bornAtMs.set(pid, nowMs);
    ended.delete(pid);
  }
  for (const [pid, process] of known.alive) {
    if (!alive.has(pid)) ended.set(pid, { process, atMs: nowMs });
  }
  return { alive, bornAtMs, ended, atMs: update.atMs };
}
