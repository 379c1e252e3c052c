import { constants } from 'node:os';
import { CLI_EXIT_CODE, type Exit } from '@vitrine/protocol';

const signalNumber = (signal: string): number =>
  (constants.signals as Readonly<Record<string, number | undefined>>)[signal] ?? 0;

/** A shell's custom: 128 and the signal's number. */
const bySignal = (signal: string): number => 128 + signalNumber(signal);

/** What `vitrine run` answers for a container's end: its own code, or what a shell would have said. */
export function exitCodeOf(exit: Exit): number {
  switch (exit.kind) {
    case 'exited':
      return exit.code;
    case 'signaled':
      return bySignal(exit.signal);
    case 'oom':
      return bySignal('SIGKILL');
    case 'stopped':
      return exit.signal === null ? (exit.code ?? 0) : bySignal(exit.signal);
    case 'launch-failed':
      return CLI_EXIT_CODE['launch-failed'];
    case 'lost':
      return CLI_EXIT_CODE.internal;
  }
}

/** Shown by `vitrine help` and in the documentation; the numbers are the protocol's. */
export const EXIT_CODE_HELP = [
  'Exit codes:',
  '   0  done',
  '   1  anything else, a defect included',
  '   2  wrong usage or a value that cannot be',
  '   3  no such host, container, image',
  '   4  not signed in, not allowed, or too many tries',
  '   5  the hub or the host does not answer',
  '   6  the container could not be launched',
  '   7  not possible in this state (name taken, still running, …)',
  ' "vitrine run" without --detach ends with the container\'s own code; 128 + N when signal N ended it.',
].join('\n');
