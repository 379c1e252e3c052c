/** A real hub without a dashboard as a process of its own, for tests whose agents live in the lab. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineCutter } from './lab-line.ts';
import { REPOSITORY } from './repository.ts';

const HUB = join(REPOSITORY, 'apps/hub/src/main.ts');
const PASSWORD = 'a lab is not a secret 7';

interface HubReady {
  event: 'ready';
  url: string;
  firstAdmin: { email: string; password: string } | null;
}

export interface HubProcess extends AsyncDisposable {
  readonly port: number;
  makeJoinToken(): string;
  /** REST as the first admin. Rejects on any status of 400 and above. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

type Headers = Record<string, string>;

async function send(url: string, method: string, headers: Headers, body?: unknown): Promise<Response> {
  const json: Headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...json },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status >= 400) throw new Error(`${method} ${url}: HTTP ${answer.status} ${await answer.text()}`);
  return answer;
}

/** The first admin's one-time password, then a password of its own, then an API token. */
async function takeToken({ url, firstAdmin }: HubReady): Promise<string> {
  if (firstAdmin === null) throw new Error('the hub already had an admin');
  const signIn = async (password: string): Promise<Headers> => {
    const answer = await send(
      `${url}/api/auth/sign-in/email`,
      'POST',
      { origin: url },
      { email: firstAdmin.email, password },
    );
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return { origin: url, cookie: cookies.join('; ') };
  };
  const passwords = { currentPassword: firstAdmin.password, newPassword: PASSWORD };
  await send(`${url}/api/v1/me/password`, 'POST', await signIn(firstAdmin.password), passwords);
  const made = await send(`${url}/api/v1/api-tokens`, 'POST', await signIn(PASSWORD), { name: 'lab', role: 'admin' });
  return ((await made.json()) as { token: string }).token;
}

async function firstLineOf(output: AsyncIterable<unknown> | null, logPath: string): Promise<string> {
  const lines = new LineCutter();
  for await (const piece of output ?? []) {
    const [line] = lines.cut(String(piece));
    if (line !== undefined) return line;
  }
  throw new Error(`the hub ended before it was ready:\n${readFileSync(logPath, 'utf8')}`);
}

export async function startHubProcess(): Promise<HubProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-lab-hub-'));
  const data = ['--data-dir', directory];
  const logPath = join(directory, 'log');
  const log = openSync(logPath, 'w');
  const hub = spawn(process.execPath, [HUB, 'serve', ...data, '--host', '127.0.0.1', '--port', '0', '--no-dashboard'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const ended = once(hub, 'exit');
  const stop = async (): Promise<void> => {
    hub.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const ready = JSON.parse(await firstLineOf(hub.stdout, logPath)) as HubReady;
    const authorization = `Bearer ${await takeToken(ready)}`;
    return {
      port: Number(new URL(ready.url).port),
      makeJoinToken: () =>
        execFileSync(process.execPath, [HUB, 'make-join-token', ...data], { cwd: REPOSITORY, encoding: 'utf8' }).trim(),
      call: async (method, path, body) =>
        (await send(`${ready.url}/api/v1${path}`, method, { authorization }, body)).json(),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
