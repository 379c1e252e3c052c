import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Times a command line as a person's shell would start it. Starting it from this process would charge the peer for
 * forking a large heap (several ms); a bash that waits for lines forks in a fraction of one, and reads the clock itself.
 *
 * Units    milliseconds, with the microseconds of $EPOCHREALTIME.
 * Errors   a command that ends with another code than 0, with its standard error.
 */
export interface ShellTimer extends Disposable {
  readonly time: (command: string) => Promise<number>;
}

const LOOP = String.raw`
while IFS= read -r line; do
  started=$EPOCHREALTIME
  eval "$line" </dev/null >/dev/null 2>"$1"
  code=$?
  ended=$EPOCHREALTIME
  printf '%s %s\n' "$code" "$(( ${'${ended/./}'} - ${'${started/./}'} ))"
done`;

async function askOnce(shell: ChildProcessWithoutNullStreams, lines: AsyncIterator<string>, command: string) {
  shell.stdin.write(`${command}\n`);
  const answer = await lines.next();
  if (answer.done === true) throw new Error(`the timing shell ended at: ${command}`);
  const [code = 1, microseconds = 0] = answer.value.split(' ').map(Number);
  return { code, ms: microseconds / 1000 };
}

/** `prelude`: what the shell does once, in a mount namespace of its own, before it waits for lines. */
export async function openShellTimer(errorsPath: string, prelude?: string): Promise<ShellTimer> {
  const bash = ['bash', '-c', `${prelude ?? ''}${LOOP}`, 'bash', errorsPath];
  const [program = '', ...args] =
    prelude === undefined ? bash : ['unshare', '--mount', '--propagation', 'private', ...bash];
  const shell = spawn(program, args, { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' } });
  await once(shell, 'spawn');
  const lines = createInterface(shell.stdout)[Symbol.asyncIterator]();
  return {
    time: async (command) => {
      const { code, ms } = await askOnce(shell, lines, command);
      if (code !== 0) throw new Error(`"${command}" ended with ${code}; its errors are in ${errorsPath}`);
      return ms;
    },
    [Symbol.dispose]: () => {
      shell.stdin.end();
    },
  };
}
