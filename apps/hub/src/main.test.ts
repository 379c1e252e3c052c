import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { enrolFakeHost, makeFakeKey } from '@vitrine/testing';
import { like } from '../tools/fake-fleet/test-hub.ts';

// Whole processes are started here, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MAIN = join(import.meta.dirname, 'main.ts');
let dataDir: string;
let children: ChildProcess[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'vitrine-main-test-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

interface Ready {
  event: string;
  url: string;
  firstAdmin: { email: string; password: string } | null;
}

async function serve(...more: string[]): Promise<{ child: ChildProcess; ready: Ready; lines: string[] }> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--data-dir', dataDir, '--port', '0', ...more], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  const lines: string[] = [];
  const first = Promise.withResolvers<string>();
  if (child.stdout === null) throw new Error('no stdout');
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    first.resolve(line);
  });
  child.on('exit', (code) => first.reject(new Error(`the hub ended with ${code ?? 'a signal'}`)));
  return { child, lines, ready: JSON.parse(await first.promise) as Ready };
}

const runMain = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });

test('the first start says the admin password once, the second start does not', async () => {
  const first = await serve();
  expect(first.ready).toMatchObject({ event: 'ready', firstAdmin: { email: 'admin@vitrine.local' } });
  first.child.kill('SIGTERM');
  expect(await once(first.child, 'exit')).toEqual([0, null]);
  expect(first.lines).toHaveLength(1);

  const second = await serve();

  expect(second.ready.firstAdmin).toBeNull();
});

test('what the hub keeps is readable by its owner alone, also in a directory that is open to all', async () => {
  chmodSync(dataDir, 0o755);
  await serve();

  const open = readdirSync(dataDir).filter((name) => (statSync(join(dataDir, name)).mode & 0o077) !== 0);
  expect(open).toEqual([]);
  expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['auth.secret', 'hub.sqlite', 'hub.sqlite-wal']));
});

test('a join token made on the command line beside a running hub enrols a host', async () => {
  const { ready } = await serve();

  const { stdout } = await runMain('make-join-token', '--data-dir', dataDir);

  await expect(enrolFakeHost(ready.url, stdout.trim(), 'alpha', makeFakeKey())).resolves.toBeDefined();
});

test('a join token can be made before the hub has ever run', async () => {
  const { stdout } = await runMain('make-join-token', '--data-dir', join(dataDir, 'new'));

  expect(stdout).toMatch(/^vjt_[\w-]{32}\n$/);
});

test('a port in use is one clear line with the mend', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const { code, stdout, stderr } = await runMain('serve', '--data-dir', dataDir, '--port', String(port));
  server.close();

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `vitrine hub: port ${port} is in use\nmend: stop what listens there, or choose another with --port\n`,
  );
});

test('a dashboard that is not built keeps the hub from starting, before anything is made', async () => {
  const { code, stderr } = await runMain('serve', '--data-dir', join(dataDir, 'new'), '--dashboard-dir', dataDir);

  expect(code).toBe(1);
  expect(stderr).toContain(`there is no built dashboard in ${dataDir}\nmend: build it`);
  expect(existsSync(join(dataDir, 'new'))).toBe(false);
});

test('a database of a newer version is one clear line with the mend, and is left as it is', async () => {
  await runMain('make-join-token', '--data-dir', dataDir);
  const db = new DatabaseSync(join(dataDir, 'hub.sqlite'));
  db.prepare('INSERT INTO _migrations VALUES (?, ?, ?)').run('9999_later', 'x', '2099-01-01');
  db.close();

  const { code, stderr } = await runMain('serve', '--data-dir', dataDir, '--port', '0');

  expect(code).toBe(1);
  expect(stderr).toMatch(/^vitrine hub: the database has the migration 9999_later, .+\nmend: run the version .+\n$/);
});

test('a lost password is set anew by whoever has the disk', async () => {
  const { ready } = await serve();
  const { stdout } = await runMain('reset-password', '--data-dir', dataDir);
  const signIn = (password: string | undefined) =>
    fetch(`${ready.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@vitrine.local', password }),
    });

  expect((await signIn(ready.firstAdmin?.password)).status).toBe(401);
  expect((await signIn(stdout.trim())).status).toBe(200);
});

test('a wrong command line is told from a hub that cannot start', async () => {
  expect(await runMain('servee')).toMatchObject({ code: 2, stdout: '', stderr: like(/there is no command "servee"/) });
});
