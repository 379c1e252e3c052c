/**
 * Who sent a fatal signal, and whom the kernel killed for memory: the text of a tracefs instance's `trace` file.
 *
 * Shape    `  bash-19747   [001] d..1.  1058.122000: signal_generate: sig=9 errno=0 code=0 comm=bash pid=19759 grp=1 res=0`
 *          The process before `[cpu]` is the one that ran, so the sender; comm and pid after the colon are the target.
 *          Both are PIDs of the initial namespace. A sender's name that the kernel no longer remembers reads `<...>`.
 * Units    atBootUsec: since boot, by the `boot` clock, so suspend counts.
 * Source   Linux, include/trace/events/signal.h, oom.h; Documentation/trace/ftrace.rst
 */
export type TraceEvent =
  | {
      type: 'signal';
      atBootUsec: number;
      /** `comm` is null when the kernel no longer knew the name. */
      sender: { pid: number; comm: string | null };
      signal: number;
      /** si_code: 0 kill(2), -6 tgkill(2), 128 the kernel itself, others a fault. */
      code: number;
      target: { pid: number; comm: string };
      /** The whole process, not one thread. */
      group: boolean;
      /** The line as it was read. */
      line: string;
    }
  | { type: 'oom-victim'; atBootUsec: number; pid: number; comm: string | null; line: string };

/** A tracing instance of our own. It costs nothing until a fatal signal is sent, and nothing is taken out by reading. */
export interface SignalTrace extends Disposable {
  /** Everything the ring still holds, oldest first. */
  read(): TraceEvent[];
  /** Where it is, for people: `instances/NAME/trace`. */
  readonly source: string;
}

const LINE =
  /^\s*(?<comm>.+)-(?<pid>\d+)\s+\[\d+\]\s+(?:\S+\s+)?(?<sec>\d+)\.(?<usec>\d+):\s+(?<event>\w+):\s+(?<rest>.*)$/;
const SIGNAL = /^sig=(\d+) errno=-?\d+ code=(-?\d+) comm=(.*) pid=(\d+) grp=(\d) res=\d+$/;
const VICTIM = /^pid=(\d+)(?: comm=(.*?)(?: total-vm=.*)?)?$/;
const FORGOTTEN = '<...>';

/** Null for a line that is no event of ours: headers, "LOST n EVENTS". */
export function parseTraceLine(line: string): TraceEvent | null {
  const groups = LINE.exec(line)?.groups;
  if (groups === undefined) return null;
  const { comm = '', pid, sec, usec = '', event, rest = '' } = groups;
  const atBootUsec = Number(sec) * 1_000_000 + Number(usec.padEnd(6, '0').slice(0, 6));
  const text = line.trim();
  if (event === 'mark_victim') {
    const victim = VICTIM.exec(rest);
    if (victim === null) return null;
    return { type: 'oom-victim', atBootUsec, pid: Number(victim[1]), comm: victim[2] ?? null, line: text };
  }
  const signal = event === 'signal_generate' ? SIGNAL.exec(rest) : null;
  if (signal === null) return null;
  return {
    type: 'signal',
    atBootUsec,
    sender: { pid: Number(pid), comm: comm === FORGOTTEN ? null : comm },
    signal: Number(signal[1]),
    code: Number(signal[2]),
    target: { comm: signal[3] ?? '', pid: Number(signal[4]) },
    group: signal[5] === '1',
    line: text,
  };
}

export const parseTrace = (text: string): TraceEvent[] =>
  text
    .split('\n')
    .map(parseTraceLine)
    .filter((event) => event !== null);
