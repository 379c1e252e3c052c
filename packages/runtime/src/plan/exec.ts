/** The last word: which file is executed, with which arguments and environment. */
import type { PlanContext } from './plan-context.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const SYNC_FD = 3;
const O_CLOEXEC = 0o2000000;
const LAST_FD = 0xffff_ffff;

/** The files to try, in order. A name with a slash is a path; any other is looked for in PATH, inside. */
export function execCandidates(program: string, env: readonly string[]): string[] {
  if (program.includes('/')) return [program];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
  // An empty entry is the working directory, as POSIX has it.
  return [
    ...new Set(path.split(':').map((directory) => (directory === '' ? `./${program}` : `${directory}/${program}`))),
  ];
}

/** Really closed, since a path of the exec could be /proc/self/fd/N; only the socket to the shim stays, until exec. */
export function closeDescriptors({ child, slots }: PlanContext): void {
  child.syscall('exec', 'keep the socket to the shim until exec', 'dup3', [
    slots.childEnd,
    SYNC_FD,
    { value: O_CLOEXEC, text: 'O_CLOEXEC' },
  ]);
  child.syscall('exec', 'close all else', 'close_range', [SYNC_FD + 1, { value: LAST_FD, text: '~0' }, 0]);
}

export const awaitGo = ({ child }: PlanContext): void => {
  child.notify('ready to become the program', SYNC_FD, 'r');
  child.wait('wait for the word', SYNC_FD, 'g');
};

export function execProgram({ child, plan, input }: PlanContext): void {
  const { args, env } = input.config.process;
  const { arena } = plan;
  const texts = (list: readonly string[]) => list.map((text) => arena.text(text));
  const argv = arena.pointers(texts(args), JSON.stringify(args));
  const envp = arena.pointers(texts(env), `[${env.length} variables]`);
  const candidates = execCandidates(args[0] ?? '', env);
  child.exec('become the program', texts(candidates), argv, envp);
}
