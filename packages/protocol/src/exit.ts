import { z } from 'zod';
import { Actor } from './actor.ts';
import { Bytes } from './units.ts';

/** Who sent the signal that ended a process, as the kernel's `signal_generate` tracepoint told it. */
export const SignalSender = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('process'),
    pid: z.number().int(),
    /** PID inside the container, when the sender lived in one and could still be asked. */
    containerPid: z.number().int().nullable(),
    comm: z.string(),
    /** null when the sender was gone before it could be asked. */
    commandLine: z.array(z.string()).nullable(),
    uid: z.number().int().nullable(),
    userName: z.string().nullable(),
    where: z.enum(['host', 'this-container', 'other-container', 'unknown']),
    containerName: z.string().nullable(),
  }),
  z.object({ kind: z.literal('kernel') }),
  z.object({ kind: z.literal('unknown'), why: z.string() }),
]);
export type SignalSender = z.infer<typeof SignalSender>;

/** How a container ended. Each variant is a different answer to "why is it gone?". */
export const Exit = z.discriminatedUnion('kind', [
  /** PID 1 returned by itself. */
  z.object({ kind: z.literal('exited'), code: z.number().int().min(0).max(255) }),
  /** PID 1 was ended by a signal nobody asked Vitrine to send. */
  z.object({ kind: z.literal('signaled'), signal: z.string(), coreDumped: z.boolean(), sender: SignalSender }),
  /** The kernel killed PID 1 because the cgroup was out of memory. A bare 137 is never called this. */
  z.object({
    kind: z.literal('oom'),
    limitBytes: Bytes.nullable(),
    usageBytes: Bytes.nullable(),
    victim: z.object({ pid: z.number().int(), containerPid: z.number().int().nullable(), comm: z.string().nullable() }),
  }),
  /** Somebody asked for it: stop (signal, then SIGKILL after the timeout) or kill. */
  z.object({
    kind: z.literal('stopped'),
    by: Actor,
    request: z.enum(['stop', 'kill']),
    /** The signal that ended it, or null when PID 1 exited by itself on being asked. */
    signal: z.string().nullable(),
    code: z.number().int().nullable(),
    /** True when the timeout passed and SIGKILL followed. */
    escalated: z.boolean(),
  }),
  /** It never ran: the launch plan failed at a step. */
  z.object({
    kind: z.literal('launch-failed'),
    /** The step's label, as in "mount /proc". */
    step: z.string(),
    /** As strace would word it, as in `execve("/bin/nope", …): ENOENT, no such file or directory`. */
    error: z.string(),
    errno: z.string(),
    mend: z.string(),
    /** What a shell would have answered: 127 not found, 126 not executable, else 125. */
    code: z.number().int(),
  }),
  /** Nobody saw it: the host rebooted, or the shim was killed. */
  z.object({ kind: z.literal('lost'), why: z.string() }),
]);
export type Exit = z.infer<typeof Exit>;

/** 'neutral': asked for, or exit code 0. 'bad': what nobody asked for. 'unknown': we do not know. */
export function exitTone(exit: Exit): 'neutral' | 'bad' | 'unknown' {
  switch (exit.kind) {
    case 'exited':
      return exit.code === 0 ? 'neutral' : 'bad';
    case 'stopped':
      return 'neutral';
    case 'lost':
      return 'unknown';
    case 'signaled':
    case 'oom':
    case 'launch-failed':
      return 'bad';
  }
}

/** A few words for a table cell. */
export function exitLabel(exit: Exit): string {
  switch (exit.kind) {
    case 'exited':
      return `exited ${exit.code}`;
    case 'signaled':
      return `killed ${exit.signal}`;
    case 'oom':
      return 'out of memory';
    case 'stopped':
      return exit.request === 'stop' ? 'stopped' : 'killed on request';
    case 'launch-failed':
      return 'launch failed';
    case 'lost':
      return 'end unknown';
  }
}
