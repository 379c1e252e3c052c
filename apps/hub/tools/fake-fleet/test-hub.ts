/** A whole hub on a port of its own, in a directory of its own, and those who speak to it; for the tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTRPCClient, createWSClient, httpBatchLink, splitLink, type TRPCClient, wsLink } from '@trpc/client';
import { type ErrorBody, HTTP_STATUS, type NewApiToken, type Role } from '@vitrine/protocol';
import { issueJoinToken } from '@vitrine/services';
import { type FakeHost, startFakeHost } from '@vitrine/testing';
import { pino } from 'pino';
import superjson from 'superjson';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { AppRouter } from '../../src/router/index.ts';
import { type HubOptions, type RunningHub, startHub } from '../../src/start-hub.ts';

export const ADMIN = { email: 'admin@vitrine.local', password: 'a password for tests' };

export interface Answer<T = unknown> {
  status: number;
  body: T;
  headers: Headers;
}

export interface TestHub extends AsyncDisposable {
  url: string;
  running: RunningHub;
  /** What the hub logged, one JSON object a line. */
  logged: string[];
  request<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<Answer<T>>;
  /** The session cookie of the first admin. */
  cookie(): Promise<string>;
  /** An API token of the first admin with that role. */
  token(role?: Role): Promise<string>;
  host(hostname?: string): Promise<FakeHost>;
  joinToken(expiresInMinutes?: number): Promise<string>;
  client(token: string): TRPCClient<AppRouter>;
  /** Stops the hub and starts it again on the same data and the same port. */
  restart(): Promise<void>;
}

export interface RequestOptions {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

async function request<T>(url: string, method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const { body, token, headers = {} } = options;
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, body: parsed as T, headers: response.headers };
}

/** As a browser's page speaks: questions by HTTP, subscriptions by WebSocket. */
function connectClient(url: string, token: string): { trpc: TRPCClient<AppRouter>; close: () => Promise<void> } {
  const authorization = `Bearer ${token}`;
  class Socket extends WebSocket {
    constructor(address: string) {
      super(address, { headers: { authorization } });
    }
  }
  const client = createWSClient({
    url: `${url.replace('http', 'ws')}/api/trpc-ws`,
    WebSocket: Socket as unknown as typeof globalThis.WebSocket,
  });
  const http = httpBatchLink({ url: `${url}/api/trpc`, transformer: superjson, headers: { authorization } });
  const trpc = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: wsLink({ client, transformer: superjson }),
        false: http,
      }),
    ],
  });
  return { trpc, close: () => client.close() };
}

export async function startTestHub(options: Partial<HubOptions> = {}): Promise<TestHub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-hub-test-'));
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
  const start = (port: number): Promise<RunningHub> =>
    startHub({
      dataDir,
      host: '127.0.0.1',
      port,
      log,
      adminPassword: ADMIN.password,
      signInsPerMinute: 1000,
      ...options,
    });
  const running = await start(0);
  const { address: url } = running;
  const hosts: FakeHost[] = [];
  const closing: (() => Promise<void>)[] = [];
  const test: TestHub = {
    url,
    running,
    logged,
    request: (method, path, given) => request(url, method, path, given),
    async cookie() {
      const answer = await request(url, 'POST', '/api/auth/sign-in/email', { body: ADMIN });
      return answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; ');
    },
    async token(role = 'admin') {
      const headers = { cookie: await test.cookie(), origin: url };
      const made = await request<NewApiToken>(url, 'POST', '/api/v1/api-tokens', {
        body: { name: `a ${role}`, role },
        headers,
      });
      return made.body.token;
    },
    async host(hostname = 'alpha') {
      const joinToken = await test.joinToken();
      const host = await startFakeHost({ hubUrl: url, joinToken, hostname, now: test.running.hub.now });
      hosts.push(host);
      return host;
    },
    async joinToken(expiresInMinutes = 5) {
      return (await issueJoinToken(test.running.hub, { createdBy: 'a test', expiresInMinutes })).token;
    },
    client(token) {
      const { trpc, close } = connectClient(url, token);
      closing.push(close);
      return trpc;
    },
    async restart() {
      await test.running.close();
      test.running = await start(Number(new URL(url).port));
    },
    async [Symbol.asyncDispose]() {
      for (const close of closing) await close();
      for (const host of hosts) await host[Symbol.asyncDispose]();
      await test.running.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return test;
}

/** The answer as the error it must be: its code and status agree. */
export function errorOf(answer: Answer): ErrorBody {
  const body = answer.body as ErrorBody;
  if (HTTP_STATUS[body.code] !== answer.status) {
    throw new Error(`status ${answer.status} does not go with ${JSON.stringify(body)}`);
  }
  return body;
}

/** The first thing that `read` finds, looked for at every turn of the event loop; the test's own timeout bounds it. */
export async function eventually<T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  while (true) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A text that matches; a bare pattern in an object would match anything. */
export const like = (pattern: RegExp): string => expect.stringMatching(pattern) as string;
