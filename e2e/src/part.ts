import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The checkout whose hub and agent are run. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const LAST_WORDS = 20;
const STOP_TIMEOUT_MS = 15_000;

/** A hub or an agent as a process of its own, as it would be on a machine of its own. */
export interface Part<Ready> extends AsyncDisposable {
  readonly pid: number;
  readonly ready: Ready;
  /** Ends it as a person or systemd would: SIGTERM, and SIGKILL only when that does not help. */
  readonly stop: () => Promise<void>;
  /** `kill -9`, and waits until it is gone. */
  readonly killHard: () => Promise<void>;
}

interface Launch {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Everything it says is kept here. */
  readonly logPath: string;
}

interface Launched {
  readonly child: ChildProcess;
  readonly lines: EventEmitter<{ line: [string] }>;
  readonly said: readonly string[];
}

/** Whatever ends the test run, even `kill -9`, ends its parts, too. */
const DIES_WITH_US = ['setpriv', '--pdeathsig', 'TERM', '--'];

function launch({ command, logPath }: Launch): Launched {
  const [program = '', ...args] = [...DIES_WITH_US, ...command];
  // A group of its own: Ctrl-C in the terminal is for the test run, which then stops its parts in order.
  mkdirSync(dirname(logPath), { recursive: true });
  const child = spawn(program, args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const log = createWriteStream(logPath, { flags: 'a' });
  const lines = new EventEmitter<{ line: [string] }>();
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    createInterface(stream).on('line', (line) => {
      said.push(line);
      if (said.length > LAST_WORDS) said.shift();
      lines.emit('line', line);
    });
  }
  return { child, lines, said };
}

function readyIn(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  const message = JSON.parse(line) as { event?: string };
  return message.event === 'ready' ? message : undefined;
}

/** Waits for the one JSON line `{"event":"ready", …}`; an end before that is an error with its last words. */
function readyLine<Ready>(name: string, { child, lines, said }: Launched): Promise<Ready> {
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const message = readyIn(line);
      if (message !== undefined) resolve(message as Ready);
    });
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(`the ${name} ended before it was ready:\n${said.join('\n')}`));
    });
  });
}

async function endWith(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  child.kill(signal);
  const last = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(last);
}

export async function startPart<Ready>(options: Launch): Promise<Part<Ready>> {
  const launched = launch(options);
  const { child } = launched;
  const ready = await readyLine<Ready>(options.name, launched);
  const stop = (): Promise<void> => endWith(child, 'SIGTERM');
  return {
    pid: child.pid ?? 0,
    ready,
    stop,
    killHard: () => endWith(child, 'SIGKILL'),
    [Symbol.asyncDispose]: stop,
  };
}

/** Runs a program to its end; its standard output, or an error with what it said. */
export async function runToEnd(command: readonly string[], input?: string): Promise<string> {
  const result = await tryToEnd(command, input);
  if (result.code === 0) return result.stdout;
  throw new Error(`${command.join(' ')} ended with ${result.code}:\n${result.stdout}${result.stderr}`);
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function tryToEnd(
  [program = '', ...args]: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Ended> {
  const child = spawn(program, args, { cwd: REPOSITORY, stdio: ['pipe', 'pipe', 'pipe'], env });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.stderr += chunk.toString();
  });
  // A program that ends without reading its input is no error of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 128, ...texts };
}
