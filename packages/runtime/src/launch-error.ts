/** A launch that failed, told so that somebody who has never seen this code knows what to change. */
import { errnoMessage } from '@vitrine/kernel';
import { DomainError, type Exit, type LaunchTrace } from '@vitrine/protocol';
import type { DecodedTrace, LaunchFailure, TracedStep } from '@vitrine/shim';

export type LaunchFailedExit = Extract<Exit, { kind: 'launch-failed' }>;

/** What a shell would have answered. */
const EXIT_CODE = { notStarted: 125, notExecutable: 126, notFound: 127 } as const;

type Explanation = { mend: string; field?: string; code?: number };
type Mend = Explanation & {
  /** Matches the step's group or its label. */
  step?: string | RegExp;
  errno?: readonly string[];
};

/** The first row that fits is the answer; an unset column fits all. */
const MENDS: readonly Mend[] = [
  {
    step: 'exec',
    errno: ['ENOENT', 'ENOTDIR'],
    code: EXIT_CODE.notFound,
    field: 'command',
    mend: "The program is not in the image, or its interpreter is not: check the name, and the image's PATH.",
  },
  {
    step: 'exec',
    errno: ['EACCES', 'EPERM'],
    code: EXIT_CODE.notExecutable,
    field: 'command',
    mend: 'The file is there but may not be executed: it needs an x bit for the user that runs it, and must be no directory.',
  },
  {
    step: 'exec',
    errno: ['ENOEXEC'],
    code: EXIT_CODE.notExecutable,
    field: 'command',
    mend: "The file is no program for this machine: check the image's architecture, or begin a script with #!.",
  },
  {
    step: 'exec',
    errno: ['E2BIG'],
    field: 'command',
    mend: 'Arguments and environment are too long together: shorten them.',
  },
  {
    step: /working directory/,
    errno: ['ENOENT', 'ENOTDIR'],
    field: 'workingDir',
    mend: 'The directory is not in the image: choose another working directory.',
  },
  {
    step: /working directory/,
    errno: ['EACCES'],
    field: 'workingDir',
    mend: 'The user that runs the program may not enter that directory: choose another user or directory.',
  },
  {
    step: /rlimit/i,
    errno: ['EPERM'],
    field: 'rlimits',
    mend: 'Raising a hard limit needs CAP_SYS_RESOURCE, which the agent does not have on this host: ask for less.',
  },
  {
    errno: ['ENOSPC'],
    mend: "The host's disk, or a kernel limit on mounts or namespaces, is used up: see df and /proc/sys/user/max_*_namespaces.",
  },
  {
    errno: ['EAGAIN', 'ENOMEM'],
    mend: "The container's own limits, or the host's, leave no room to start: raise limits.pids or limits.memoryBytes.",
  },
  {
    errno: ['ENOSYS', 'ENODEV'],
    mend: "This host's kernel lacks what the step needs: see the host's kernel features.",
  },
  {
    errno: ['EPERM', 'EACCES'],
    mend: 'The kernel refused it to the agent: run the agent as root, outside of other containers.',
  },
  { mend: "See the container's launch trace for all that went before." },
];

const SIGKILL = 9;

export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly exit: LaunchFailedExit;
  readonly trace: LaunchTrace | undefined;
  readonly field: string | null;

  constructor(
    exit: LaunchFailedExit,
    options: { trace: LaunchTrace | undefined; field?: string | undefined; cause: unknown },
  ) {
    super(`The launch failed at "${exit.step}": ${exit.error}.`, { cause: options.cause });
    this.exit = exit;
    this.trace = options.trace;
    this.field = options.field ?? null;
  }

  toDomainError(): DomainError {
    return new DomainError('launch-failed', {
      message: this.message,
      mend: this.exit.mend,
      cause: this,
      ...(this.field === null ? {} : { field: this.field }),
    });
  }
}

/** A plan step said no. `trace`: undefined when the shim did not even begin. */
export function launchFailedAtStep(
  failure: LaunchFailure,
  trace: DecodedTrace | undefined,
  cause: unknown,
): LaunchError {
  if (trace?.childSignal === SIGKILL) return killedWhileStarting(trace, cause);
  const step = trace?.steps.find(({ side, index }) => side === failure.side && index === failure.index);
  const { mend, field, code } = explain(step, failure.errno);
  const exit: LaunchFailedExit = {
    kind: 'launch-failed',
    step: step?.label ?? `read the plan in the ${failure.side}`,
    error: `${step?.call ?? 'plan'}: ${failure.errno}, ${errnoMessage(failure.errnoNumber)}`,
    errno: failure.errno,
    mend,
    code: code ?? EXIT_CODE.notStarted,
  };
  return new LaunchError(exit, { trace: toLaunchTrace(trace), field, cause });
}

/** The shim ended without telling why. */
export function shimVanished(trace: DecodedTrace | undefined, cause: unknown): LaunchError {
  const exit: LaunchFailedExit = {
    kind: 'launch-failed',
    step: lastStep(trace)?.label ?? 'start the shim',
    error: 'the shim ended before PID 1 ran: it was killed, or it crashed',
    errno: 'ECHILD',
    mend: "Somebody killed vitrine-shim, or the host is out of memory: see the host's kernel log, then create it again.",
    code: EXIT_CODE.notStarted,
  };
  return new LaunchError(exit, { trace: toLaunchTrace(trace), cause });
}

/** Neither done nor failed in time. */
export function launchTimedOut(trace: DecodedTrace | undefined, timeoutMs: number): LaunchError {
  const exit: LaunchFailedExit = {
    kind: 'launch-failed',
    step: lastStep(trace)?.label ?? 'start the shim',
    error: `no answer within ${timeoutMs / 1000} s`,
    errno: 'ETIMEDOUT',
    mend: 'A memory limit may leave PID 1 no room to begin: raise limits.memoryBytes. Else the host is overloaded: try again.',
    code: EXIT_CODE.notStarted,
  };
  return new LaunchError(exit, { trace: toLaunchTrace(trace), field: 'limits.memoryBytes', cause: undefined });
}

/** PID 1 was already in its cgroup, so its limits applied to its own making. */
function killedWhileStarting(trace: DecodedTrace, cause: unknown): LaunchError {
  const exit: LaunchFailedExit = {
    kind: 'launch-failed',
    step: lastStep(trace)?.label ?? 'start PID 1',
    error: 'PID 1 was killed with SIGKILL before its program ran',
    errno: 'EINTR',
    mend: 'The memory limit is too small for a start, or somebody killed it: raise limits.memoryBytes.',
    code: EXIT_CODE.notStarted,
  };
  return new LaunchError(exit, { trace: toLaunchTrace(trace), field: 'limits.memoryBytes', cause });
}

export const traceOfAnotherVersion = (cause: Error): DomainError =>
  new DomainError('unsupported', {
    message: `The launch trace was written by another version of Vitrine: ${cause.message}`,
    mend: 'Containers that this version starts have traces that it can read.',
    cause,
  });

export const toLaunchTrace = (trace: DecodedTrace | undefined): LaunchTrace | undefined =>
  trace === undefined ? undefined : { beganAtMs: trace.beganAtMs, totalNs: trace.totalNs, steps: trace.steps };

const lastStep = (trace: DecodedTrace | undefined): TracedStep | undefined =>
  trace?.steps.findLast(({ startedNs }) => startedNs !== null);

function explain(step: TracedStep | undefined, errno: string): Explanation {
  const fits = (mend: Mend): boolean =>
    (mend.errno === undefined || mend.errno.includes(errno)) &&
    (mend.step === undefined ||
      (typeof mend.step === 'string' ? mend.step === step?.group : mend.step.test(step?.label ?? '')));
  return MENDS.find(fits) ?? { mend: '' };
}
