import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A shell on the host, as a person has it open: each line it is given it runs itself, and it stays. */
export interface HostShell extends AsyncDisposable {
  readonly pid: number;
  /** Runs a line and answers once it is done. */
  readonly run: (line: string) => Promise<void>;
}

export async function openHostShell(): Promise<HostShell> {
  const shell = spawn('bash', ['--noprofile', '--norc'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(shell, 'spawn');
  const answers = createInterface(shell.stdout)[Symbol.asyncIterator]();
  return {
    pid: shell.pid ?? 0,
    run: async (line) => {
      shell.stdin.write(`${line}\necho done\n`);
      await answers.next();
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(shell, 'exit');
      shell.stdin.end();
      await ended;
    },
  };
}
