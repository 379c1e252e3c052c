import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeTrace } from '@vitrine/shim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LaunchBench } from './launch-fixture.ts';

let bench: LaunchBench;
beforeAll(() => {
  bench = new LaunchBench();
});
afterAll(async () => bench[Symbol.asyncDispose]());

/** What a pseudo-step is to the kernel; those of plain memory are nothing to it. */
const AS_THE_KERNEL_SEES_IT: Record<string, string> = { write: 'sendto' };
const NO_CALL = new Set(['load', 'poke', 'poke_decimal', 'assert', 'make_path']);
/** What make_path does, however many components a path has, and the trace's own clock where the kernel has no vDSO. */
const NOT_TOLD = new Set(['clock_gettime', 'openat2', 'mkdirat', 'openat', 'close']);

const script = (taskDirectories: string): string => `
  import { LaunchBench } from ${JSON.stringify(fileURLToPath(new URL('launch-fixture.ts', import.meta.url)))};
  const bench = new LaunchBench(${taskDirectories});
  const launched = bench.launch({ args: ['true'] });
  const { pid, shimPid } = await launched.shim.launched;
  await launched.exited;
  await launched.closed;
  const { writeFileSync, copyFileSync } = await import('node:fs');
  copyFileSync(launched.taskDirectory + '/trace', bench.directory + '.trace');
  writeFileSync(bench.directory + '.pids', JSON.stringify({ pid, shimPid }));
`;

/** The names of the calls that strace saw of one process, in order. */
const seenBy = (lines: readonly string[], pid: number): string[] =>
  lines.flatMap((line) => {
    const [, who, name] = /^(\d+) +(?:<\.\.\. )?(\w+)(?:\(| resumed)/.exec(line) ?? [];
    return Number(who) === pid && name !== undefined && !line.includes(' resumed>') ? [name] : [];
  });

test('strace sees exactly the calls that the trace tells, of the shim and of the child', () => {
  const directory = join(bench.directory, 'traced');
  const places = JSON.stringify({ directory, runDirectory: join(bench.runDirectory, 'traced') });
  const output = `${directory}.strace`;
  const node = [process.execPath, '--input-type=module', '-e', script(places)];
  execFileSync('strace', ['-f', '-qq', '-o', output, ...node], { stdio: ['ignore', 'ignore', 'inherit'] });

  const { pid, shimPid } = JSON.parse(readFileSync(`${directory}.pids`, 'utf8')) as { pid: number; shimPid: number };
  const lines = readFileSync(output, 'utf8').split('\n');
  const { steps: all, totalNs } = decodeTrace(readFileSync(`${directory}.trace`));
  // After exec the shim tells the agent before it tidies up: that is a message, and no part of the launch.
  const steps = all.filter(({ startedNs }) => startedNs !== null && startedNs < (totalNs ?? 0));
  expect(steps.length).toBeGreaterThan(200);
  for (const [side, process] of [
    ['shim', shimPid],
    ['child', pid],
  ] as const) {
    const told = steps
      .filter((step) => step.side === side)
      .map(({ call, group }) => {
        const name = call.slice(0, call.indexOf('('));
        return group === 'sync' ? (AS_THE_KERNEL_SEES_IT[name] ?? name) : name;
      })
      .filter((name) => !NO_CALL.has(name));
    const calls = seenBy(lines, process);
    const seen = side === 'shim' ? calls.slice(calls.indexOf('pipe2')) : calls;
    expect(hidden(told, seen)).toEqual([]);
  }
});

/** Calls that were made and not told, or told and not made, up to the last one told. */
function hidden(told: readonly string[], seen: readonly string[]): string[] {
  const surprises: string[] = [];
  let at = 0;
  for (const name of told) {
    while (at < seen.length && seen[at] !== name) {
      const other = seen[at] ?? '';
      if (!NOT_TOLD.has(other)) surprises.push(`${other} before ${name}`);
      at += 1;
    }
    if (at === seen.length) return [...surprises, `${name} was never made`];
    at += 1;
  }
  return surprises;
}
