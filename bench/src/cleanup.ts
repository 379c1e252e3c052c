import { readFile, rm } from 'node:fs/promises';
import { runToEnd } from '@vitrine/e2e';

/** Mount points below a directory, deepest first, as the kernel lists them for this process. */
async function mountsBelow(dir: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => target.startsWith(`${dir}/`))
    .toSorted((a, b) => b.length - a.length);
}

/** Takes down what a peer's daemon left mounted in its own directory, then the directory. */
export async function removeWithMounts(dir: string): Promise<void> {
  for (const target of await mountsBelow(dir)) await runToEnd(['umount', '-l', target]);
  await rm(dir, { recursive: true, force: true });
}
