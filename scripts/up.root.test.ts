/** The launcher as a person meets it: what it prints, and what it leaves when it is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// Whole hubs with their dashboard are started here, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let root: string;
let parent: string;
let port: number;
let launcher: Launched | undefined;

type Launched = { child: ChildProcess; ended: Promise<number | null>; said: () => string };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return address.port;
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-up-test-'));
  parent = `vitrine-test-${randomBytes(4).toString('hex')}`;
  port = await freePort();
});
afterEach(async () => {
  if (launcher !== undefined && launcher.child.exitCode === null) await stop(launcher);
  for (const directory of globSync(`/sys/fs/cgroup/{,*/}${parent}`)) rmdirSync(directory);
  rmSync(root, { recursive: true, force: true });
});

function launch(...more: string[]): Launched {
  const places = ['--state-dir', join(root, 'state'), '--run-dir', join(root, 'run'), '--cgroup-parent', parent];
  const args = [join(import.meta.dirname, 'up.ts'), ...places, '--port', String(port), ...more];
  const child = spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  launcher = { child, ended, said: () => said };
  return launcher;
}

/** Answers what it printed until it said how to stop it. */
async function up(...more: string[]): Promise<Launched> {
  const launched = launch(...more);
  const { promise: welcomed, resolve } = Promise.withResolvers<void>();
  launched.child.stdout?.on('data', () => launched.said().includes('Ctrl-C') && resolve());
  await Promise.race([welcomed, launched.ended]);
  if (!launched.said().includes('Ctrl-C')) throw new Error(`it did not start:\n${launched.said()}`);
  return launched;
}

async function stop({ child, ended }: Launched): Promise<number | null> {
  child.kill('SIGINT');
  return await ended;
}

/** Asks the agent itself, over its socket. */
async function ask<Answer>(procedure: string, input?: object): Promise<Answer> {
  const asked = request({
    socketPath: join(root, 'run/agent.sock'),
    path: input === undefined ? `/${procedure}?input=%7B%7D` : `/${procedure}`,
    method: input === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
  });
  asked.end(input === undefined ? undefined : JSON.stringify(input));
  const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
  return (JSON.parse(await text(answer)) as { result: { data: Answer } }).result.data;
}

const hostJson = () => JSON.parse(readFileSync(join(root, 'state/host.json'), 'utf8')) as Record<string, string>;
const hubLog = (): string => readFileSync(join(root, 'state/hub.log'), 'utf8');
const connected = () => vi.waitUntil(() => hubLog().includes('"host connected"'), { timeout: 30_000 });

test('Ctrl-C stops hub and agent, containers live on, and the next start finds them, on another port too', async () => {
  const first = await up();
  expect(first.said()).toMatch(
    /Open {6}http:\/\/127\.0\.0\.1:\d+\n {2}Sign in {3}admin@vitrine\.local\n {2}Password {2}\S+/,
  );
  type Made = { id: string; pid: number };
  const made = await ask<Made>('containers.create', { spec: { image: 'starter', command: ['sleep', '1000'] } });
  const { hostId } = hostJson();
  expect(await stop(first)).toBe(0);
  expect(readFileSync(`/proc/${made.pid}/comm`, 'utf8')).toBe('sleep\n');

  port = await freePort();
  rmSync(join(root, 'state/hub.log'));
  const second = await up();

  expect(second.said()).toContain('Found     1 container that lived on');
  expect(second.said()).not.toContain('Password');
  await connected();
  expect(hostJson()).toEqual({ hostId, hubUrl: `http://127.0.0.1:${port}` });
  await ask('containers.delete', { id: made.id, force: true });
});

test('a hub that lost its database gets this host anew, and says that it does', async () => {
  await stop(await up());
  const { hostId } = hostJson();
  for (const name of ['hub', 'hub.log']) rmSync(join(root, 'state', name), { recursive: true });

  const again = await up();

  expect(again.said()).toContain('joins anew');
  expect(again.said()).toContain('Password');
  await connected();
  expect(hostJson()['hostId']).not.toBe(hostId);
});

test('a port in use and a word that it does not know are one clear line with the mend', async () => {
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const taken = launch();
  expect(await taken.ended).toBe(1);
  other.close();
  expect(taken.said()).toBe(
    `vitrine hub: port ${port} is in use\nmend: stop what listens there, or choose another with --port\n`,
  );

  const mistyped = launch('--prot', '1');
  expect(await mistyped.ended).toBe(2);
  expect(mistyped.said()).toMatch(/^vitrine: Unknown option '--prot'.*\nmend: npm start -- /);
});

test('an agent that cannot start costs neither the first password nor the way in', async () => {
  const launched = launch('--cgroup-parent', '../..');

  expect(await launched.ended).toBe(1);
  expect(launched.said()).toMatch(/Password {2}\S+/);
});
