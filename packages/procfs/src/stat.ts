/**
 * /proc/PID/stat.
 *
 * Shape    `PID (comm) S ppid …`: comm may hold blanks and parentheses, so the last ")" ends it.
 * Units    utime, stime and starttime are ticks of USER_HZ, 100 for every program; rss is in pages of 4 KiB (x86, and
 *          arm64 as Debian builds it).
 * Source   proc_pid_stat(5).
 */
const USEC_PER_TICK = 10_000;
const PAGE_BYTES = 4096;

export type ProcessStateWord =
  | 'running'
  | 'sleeping'
  | 'disk-sleep'
  | 'stopped'
  | 'tracing'
  | 'zombie'
  | 'idle'
  | 'dead'
  | 'unknown';

const STATE_WORD: Record<string, ProcessStateWord> = {
  R: 'running',
  S: 'sleeping',
  D: 'disk-sleep',
  T: 'stopped',
  t: 'tracing',
  Z: 'zombie',
  I: 'idle',
  X: 'dead',
};

export interface ProcessStat {
  pid: number;
  comm: string;
  state: ProcessStateWord;
  ppid: number;
  /** User and system time together; only grows. */
  cpuUsec: number;
  threads: number;
  /** Since boot. Together with the PID it names a process for good. */
  startTicks: number;
  rssBytes: number;
}

/** Throws when the text has another shape. */
export function parseStat(text: string): ProcessStat {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ', 22);
  const at = (position: number): number => Number(fields[position]);
  if (open === -1 || close < open || fields.length < 22) throw new Error(`not a /proc/PID/stat: ${text.slice(0, 80)}`);
  return {
    pid: Number(text.slice(0, open - 1)),
    comm: text.slice(open + 1, close),
    state: STATE_WORD[fields[0] ?? ''] ?? 'unknown',
    ppid: at(1),
    cpuUsec: (at(11) + at(12)) * USEC_PER_TICK,
    threads: at(17),
    startTicks: at(19),
    rssBytes: at(21) * PAGE_BYTES,
  };
}

export const ticksToMs = (ticks: number): number => ticks * (USEC_PER_TICK / 1000);
