import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectShim, LaunchFailedError, ShimGoneError, ShimRefusedError } from '@vitrine/shim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitRecordOf, hostMounts, LaunchBench, processesOf, type Launched } from './launch-fixture.ts';

let bench: LaunchBench;
beforeAll(() => {
  bench = new LaunchBench();
});
afterAll(async () => bench[Symbol.asyncDispose]());

const SIGKILL = 9;
const SIGTERM = 15;

const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

async function ended(launched: Launched) {
  const record = await launched.exited;
  await launched.closed;
  await launched.shim.ended;
  return record;
}

test.each([
  {
    what: 'a command that is not in the image',
    wish: { args: ['no-such-program'] },
    errno: 'ENOENT',
    label: 'become the program',
  },
  {
    what: 'a command that is there but not executable',
    wish: { args: ['not-executable'] },
    errno: 'EACCES',
    label: 'become the program',
  },
  { what: 'a path that is no program', wish: { args: ['/etc'] }, errno: 'EACCES', label: 'become the program' },
  {
    what: 'a working directory that is not in the image',
    wish: { args: ['true'], process: { cwd: '/no/such' } },
    errno: 'ENOENT',
    label: 'open the working directory /no/such',
  },
  {
    what: 'a file as working directory',
    wish: { args: ['true'], process: { cwd: '/bin/busybox' } },
    errno: 'ENOTDIR',
    label: 'open the working directory /bin/busybox',
  },
  {
    what: 'a working directory that is a descriptor',
    wish: { args: ['true'], process: { cwd: '/proc/self/fd/5/..' } },
    errno: 'ELOOP',
    label: 'open the working directory /proc/self/fd/5/..',
  },
  {
    what: 'a sysctl that does not exist',
    wish: { args: ['true'], linux: { sysctl: { 'net.nothing': '1' } } },
    errno: 'ENOENT',
    label: 'open net.nothing',
  },
])('$what fails the launch at a step with a name, and leaves nothing', async ({ wish, errno, label }) => {
  const before = hostMounts(bench);
  const { launched, error, step } = await bench.failure(wish);
  expect(error.failure.errno).toBe(errno);
  expect(step).toMatchObject({ label, errno, outcome: 'failed', side: error.failure.side, index: error.failure.index });
  expect(hostMounts(bench)).toEqual(before);
  expect(processesOf(launched)).toEqual([]);
  expect(readdirSync(launched.taskDirectory)).toEqual(['trace']);
  expect(await exitRecordOf(launched)).toBeUndefined();
});

test('an image whose /proc is a symlink is refused: nothing may be mounted through it', async () => {
  const launched = bench.prepare({ args: ['true'] });
  symlinkSync('/etc', join(launched.upperDirectory, 'proc'));
  const { step } = await bench.failureOf(launched.launch());
  expect(step).toMatchObject({ errno: 'ELOOP', label: 'where /proc goes' });
});

test('an exit code is in the exit record, with the times of its life', async () => {
  const startedAfter = Date.now() - 1;
  const launched = bench.launch({ args: ['sh', '-c', 'exit 7'] });
  const told = await ended(launched);
  const record = await exitRecordOf(launched);
  expect(record).toEqual(told);
  expect(record).toMatchObject({ code: 7, signal: null, killRequested: null, logDroppedBytes: 0 });
  expect(record?.startedAtMs).toBeGreaterThanOrEqual(startedAfter);
  expect(record?.endedAtMs).toBeGreaterThanOrEqual(record?.startedAtMs ?? Infinity);
  expect(existsSync(join(launched.taskDirectory, 'control.sock'))).toBe(false);
});

test('a signal that was asked for is told apart from one that came from elsewhere', async () => {
  const asked = bench.launch({ args: ['sleep', '1000'] });
  await asked.shim.launched;
  await asked.shim.client.kill(SIGKILL);
  expect(await ended(asked)).toMatchObject({ code: null, signal: SIGKILL, killRequested: SIGKILL });

  const elsewhere = bench.launch({ args: ['sleep', '1000'] });
  const { pid } = await elsewhere.shim.launched;
  process.kill(pid, 'SIGKILL');
  expect(await ended(elsewhere)).toMatchObject({ code: null, signal: SIGKILL, killRequested: null });
});

test('a program that handles SIGTERM gets it, and ends as it likes', async () => {
  const script = 'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 1; done';
  const launched = bench.launch({ args: ['sh', '-c', script] });
  await launched.shim.launched;
  await bench.logLine(launched, 'ready');
  await launched.shim.client.kill(SIGTERM);
  expect(await ended(launched)).toMatchObject({ code: 3, signal: null, killRequested: SIGTERM });
  expect(launched.log().at(-1)).toMatch(/ stdout F bye$/);
});

test('all output is in the log, both streams, also what came in one burst before the end', async () => {
  const launched = bench.launch({ args: ['sh', '-c', 'seq 1 3000; echo oops >&2; printf unfinished'] });
  await ended(launched);
  const lines = launched.log();
  const stdout = lines.filter((line) => line.includes(' stdout '));
  expect(stdout.slice(0, 3000).map((line) => line.split(' ')[3])).toEqual(
    Array.from({ length: 3000 }, (_, i) => `${i + 1}`),
  );
  expect(stdout[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F 1$/);
  expect(stdout.at(-1)).toMatch(/ stdout P unfinished$/);
  expect(lines.filter((line) => line.includes(' stderr '))).toEqual([expect.stringMatching(/ stderr F oops$/)]);
});

test('the log is rotated by size, whole lines only, and the oldest goes', async () => {
  const log = { maxBytes: 4096, maxFiles: 3 };
  const launched = bench.launch({ args: ['seq', '1', '1000'], input: { log } });
  await ended(launched);
  const files = readdirSync(launched.containerDirectory)
    .filter((name) => name.startsWith('log'))
    .toSorted();
  expect(files).toEqual(['log', 'log.1', 'log.2']);
  for (const name of files)
    expect(statSync(join(launched.containerDirectory, name)).size).toBeLessThanOrEqual(log.maxBytes);
  const numbers = launched.log().map((line) => Number(/ F (\d+)$/.exec(line)?.[1]));
  expect(numbers.at(-1)).toBe(1000);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 1001 - numbers.length + i));
  expect(numbers.length).toBeLessThan(1000);
});

test('a created container waits for start, and has not run a line of its program', async () => {
  const launched = bench.launch({ args: ['sh', '-c', 'echo ran; exit 4'], input: { startAtOnce: false } });
  const { pid, phase, startedAtMs } = await launched.shim.launched;
  expect({ phase, startedAtMs }).toEqual({ phase: 'created', startedAtMs: null });
  expect(commandLine(pid)).toMatch(/^vitrine-shim/);
  expect(launched.log()).toEqual([]);
  expect(await launched.shim.client.start()).toMatchObject({ phase: 'running', pid });
  expect(await ended(launched)).toMatchObject({ code: 4 });
  expect(launched.log().at(-1)).toMatch(/ stdout F ran$/);
});

test('a created container whose command is missing says so at start', async () => {
  const launched = bench.launch({ args: ['nope'], input: { startAtOnce: false } });
  await launched.shim.launched;
  await expect(launched.shim.client.start()).rejects.toThrow(LaunchFailedError);
  await launched.shim.ended;
});

test('a child that does not answer is given up, and killed, after a time', async () => {
  const launched = bench.launch({ args: ['true'], input: { startAtOnce: false, launchTimeoutSec: 1 } });
  const { pid } = await launched.shim.launched;
  process.kill(pid, 'SIGSTOP');
  await expect(launched.shim.client.start()).rejects.toMatchObject({ failure: { side: 'shim', errno: 'EAGAIN' } });
  await launched.shim.ended;
  expect(processesOf(launched)).toEqual([]);
});

test('start is refused when the container runs already', async () => {
  const launched = bench.launch({ args: ['sleep', '1000'] });
  await launched.shim.launched;
  await expect(launched.shim.client.start()).rejects.toThrow(ShimRefusedError);
  await launched.shim.client.kill(SIGKILL);
  await ended(launched);
});

test('a created container can be killed: its record says that it never ran', async () => {
  const launched = bench.launch({ args: ['true'], input: { startAtOnce: false } });
  await launched.shim.launched;
  await launched.shim.client.kill(SIGKILL);
  expect(await ended(launched)).toMatchObject({ signal: SIGKILL, startedAtMs: null, killRequested: SIGKILL });
});

test('the container and its log live on when the agent is killed, and the next agent finds them by the socket', async () => {
  const agent = spawn(process.execPath, ['--input-type=module', '-e', agentScript(bench)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(agent.stdout, 'data')) as [Buffer];
  const { pid, shimPid, taskDirectory, containerDirectory } = JSON.parse(said.toString()) as Record<string, string>;
  await once(agent, 'exit');

  const client = await connectShim(taskDirectory ?? '');
  const state = await client?.state();
  expect(state).toMatchObject({ phase: 'running', pid: Number(pid), shimPid: Number(shimPid) });
  const exited = once(client ?? process, 'exited');
  await client?.kill(SIGKILL);
  expect((await exited)[0]).toMatchObject({ signal: SIGKILL });
  expect(readFileSync(join(containerDirectory ?? '', 'log'), 'utf8')).toMatch(/ stdout F alive\n/);
  expect(await connectShim(taskDirectory ?? '')).toBeUndefined();
});

/** A second process that launches a container, says where, and is killed the hard way. */
const agentScript = ({ directory, runDirectory }: LaunchBench): string => `
  import { LaunchBench } from ${JSON.stringify(fileURLToPath(new URL('launch-fixture.ts', import.meta.url)))};
  const bench = new LaunchBench({ directory: ${JSON.stringify(join(directory, 'other'))}, runDirectory: ${JSON.stringify(join(runDirectory, 'other'))} });
  const { shim, taskDirectory, containerDirectory, ...launched } = bench.launch({ args: ['sh', '-c', 'echo alive; sleep 1000'] });
  const { pid, shimPid } = await shim.launched;
  await bench.logLine({ containerDirectory }, 'alive');
  process.stdout.write(JSON.stringify({ pid, shimPid, taskDirectory, containerDirectory }), () => process.kill(process.pid, 'SIGKILL'));
`;

test('a shim that is killed takes its container with it: there is no container without a shim', async () => {
  const launched = bench.launch({ args: ['sleep', '1000'] });
  const { pid } = await launched.shim.launched;
  using pidfd = bench.kernel.pidfdOpen(pid);
  process.kill(launched.shim.pid, 'SIGKILL');
  await launched.shim.ended;
  await bench.gone(pidfd);
  expect(await exitRecordOf(launched)).toBeUndefined();
  await expect(launched.shim.client.state()).rejects.toThrow(ShimGoneError);
});

test('SIGTERM to a shim changes nothing: the container lives', async () => {
  const launched = bench.launch({ args: ['sleep', '1000'] });
  await launched.shim.launched;
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.kill(launched.shim.pid, signal);
  expect(await launched.shim.client.state()).toMatchObject({ phase: 'running' });
  await launched.shim.client.kill(SIGKILL);
  await ended(launched);
});

test('only root may speak to a shim, and nonsense is answered or hung up on', async () => {
  const launched = bench.launch({ args: ['sleep', '1000'] });
  await launched.shim.launched;
  const path = join(launched.taskDirectory, 'control.sock');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const stranger = createConnection(path);
  await once(stranger, 'connect');
  stranger.end('short');
  await once(stranger, 'close');
  await expect(launched.shim.client.kill(4711)).rejects.toThrow(/EINVAL/);
  await launched.shim.client.kill(SIGKILL);
  await ended(launched);
});

test('an idle shim costs at most 0.3 MB of memory', async () => {
  const launched = bench.launch({ args: ['sleep', '1000'] });
  await launched.shim.launched;
  await launched.shim.client.state();
  const pss = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${launched.shim.pid}/smaps_rollup`, 'utf8'))?.[1];
  expect(Number(pss)).toBeLessThanOrEqual(300);
  await launched.shim.client.kill(SIGKILL);
  await ended(launched);
});
