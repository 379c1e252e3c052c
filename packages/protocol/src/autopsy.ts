import { z } from 'zod';
import { describeActor } from './actor.ts';
import { Exit, type SignalSender } from './exit.ts';
import { ContainerId } from './ids.ts';
import { LogLine } from './log.ts';
import { CgroupSample } from './metrics.ts';
import { ProcessInfo } from './process.ts';
import { Bytes, EpochMs } from './units.ts';

/** One record per death: what ended it, and the evidence. */
export const Autopsy = z.object({
  containerId: ContainerId,
  name: z.string(),
  hostname: z.string(),
  exit: Exit,
  startedAtMs: EpochMs.nullable(),
  endedAtMs: EpochMs,
  memory: z.object({ limitBytes: Bytes.nullable(), peakBytes: Bytes.nullable(), lastBytes: Bytes.nullable() }),
  oomKills: z.number().int().nonnegative(),
  /** What PID 1's wait status said, untouched. */
  waitStatus: z.number().int().nullable(),
  /** Lines of evidence as they were read: the exit record, the trace line, counters. */
  evidence: z.array(z.object({ source: z.string(), text: z.string() })),
  lastLogs: z.array(LogLine),
  lastProcesses: z.array(ProcessInfo),
  lastSamples: z.array(CgroupSample),
});
export type Autopsy = z.infer<typeof Autopsy>;

const EXIT_CODE_MEANING: Record<number, string> = {
  0: 'success',
  1: 'a general error',
  2: 'wrong usage, by shell custom',
  125: 'the runtime could not start it',
  126: 'found but not executable, by shell custom',
  127: 'not found, by shell custom',
};

/** What an exit code usually means, or undefined when custom says nothing. Codes over 128 are a shell telling of a signal. */
export function exitCodeMeaning(code: number): string | undefined {
  if (code > 128 && code < 193) return `by shell custom, a child ended by signal ${code - 128}`;
  return EXIT_CODE_MEANING[code];
}

/** "3 h 12 min", "4.2 s", "18 ms": two units at most. */
export function describeDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** "64 MiB", "19.5 MiB", "900 B": binary units, three digits at most. */
export function describeBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? 'B'}`;
}

function describeSender(sender: SignalSender, hostname: string): string {
  switch (sender.kind) {
    case 'kernel':
      return 'by the kernel';
    case 'unknown':
      return `by an unknown sender (${sender.why})`;
    case 'process': {
      const user = sender.userName ?? (sender.uid === null ? undefined : `uid ${sender.uid}`);
      const owner = user === undefined ? '' : ` of ${user}`;
      const place = {
        host: ` on ${hostname}`,
        'this-container': ' inside the container',
        'other-container': ` in container ${sender.containerName ?? 'of unknown name'}`,
        unknown: '',
      }[sender.where];
      return `by ${sender.comm} (pid ${sender.pid})${owner}${place}`;
    }
  }
}

function describeEnd({ exit, hostname }: Pick<Autopsy, 'exit' | 'hostname'>): string {
  switch (exit.kind) {
    case 'exited': {
      const meaning = exitCodeMeaning(exit.code);
      return `PID 1 exited with code ${exit.code}${meaning === undefined ? '' : ` (${meaning})`}`;
    }
    case 'signaled':
      return `Killed with ${exit.signal} ${describeSender(exit.sender, hostname)}`;
    case 'oom':
      return `Out of memory: the kernel killed ${exit.victim.comm ?? 'PID 1'} (pid ${exit.victim.pid})`;
    case 'stopped': {
      const who = describeActor(exit.by);
      if (exit.request === 'kill') return `Killed with ${exit.signal ?? 'a signal'} on request of ${who}`;
      if (exit.escalated) return `Stopped by ${who}; it did not end in time and was killed with SIGKILL`;
      return exit.signal === null
        ? `Stopped by ${who}; PID 1 exited with code ${exit.code ?? 'unknown'}`
        : `Stopped by ${who} with ${exit.signal}`;
    }
    case 'launch-failed':
      return `Never ran: the launch failed at "${exit.step}": ${exit.error}`;
    case 'lost':
      return `Its end is unknown: ${exit.why}`;
  }
}

/**
 * The one sentence that explains a death, the same in the browser, REST and the CLI.
 * "Killed with SIGKILL by bash (pid 19747) of root on alpha, 3 h 12 min after its start. Not out of memory: 19 MiB of 256 MiB."
 */
export function autopsySentence(
  autopsy: Pick<Autopsy, 'exit' | 'hostname' | 'startedAtMs' | 'endedAtMs' | 'memory' | 'oomKills'>,
): string {
  const { exit, startedAtMs, endedAtMs, memory, oomKills } = autopsy;
  if (exit.kind === 'launch-failed') return `${describeEnd(autopsy)}. ${exit.mend}`;
  const after =
    startedAtMs === null ? '' : `, ${describeDuration(Math.max(0, endedAtMs - startedAtMs))} after its start`;
  const sentences = [`${describeEnd(autopsy)}${after}.`];
  const limit = memory.limitBytes === null ? '' : ` of ${describeBytes(memory.limitBytes)}`;
  if (exit.kind === 'oom') {
    if (exit.limitBytes !== null) sentences.push(`The limit was ${describeBytes(exit.limitBytes)}.`);
  } else if (oomKills > 0) {
    sentences.push(
      `The kernel had killed ${oomKills === 1 ? 'a process' : `${oomKills} processes`} of it for memory while it ran.`,
    );
  } else if (exit.kind === 'signaled' && exit.signal === 'SIGKILL') {
    const used = memory.lastBytes === null ? '' : `: ${describeBytes(memory.lastBytes)}${limit}`;
    sentences.push(`Not out of memory${used}.`);
  }
  return sentences.join(' ');
}
