import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ADMIN, errorOf, like, startTestHub, type TestHub } from '../../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let hub: TestHub;
let cookie: string;
beforeAll(async () => {
  hub = await startTestHub();
  cookie = await hub.cookie();
});
afterAll(() => hub[Symbol.asyncDispose]());

const EVIL = 'https://evil.example';

const makeToken = (headers: Record<string, string>) =>
  hub.request('POST', '/api/v1/join-tokens', { body: {}, headers });

const openSocket = async (headers: Record<string, string>): Promise<number | 'open'> => {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/api/trpc-ws`, { headers });
  const { promise, resolve } = Promise.withResolvers<number | 'open'>();
  socket.on('open', () => resolve('open'));
  socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  socket.on('error', () => undefined);
  const answer = await promise;
  socket.terminate();
  return answer;
};

test("another site cannot use a signed-in browser's cookie to change anything", async () => {
  expect(errorOf(await makeToken({ cookie, origin: EVIL }))).toMatchObject({
    code: 'forbidden',
    message: like(/evil/),
  });
  expect(errorOf(await makeToken({ cookie, origin: 'null' })).code).toBe('forbidden');
  expect(errorOf(await makeToken({ cookie })).code).toBe('forbidden');
  const trpc = await hub.request('POST', '/api/trpc/joinTokens.create', {
    body: {},
    headers: { cookie, origin: EVIL },
  });
  expect(errorOf(trpc).code).toBe('forbidden');
});

test('another site cannot sign a browser in as somebody else', async () => {
  const answer = await hub.request('POST', '/api/auth/sign-in/email', { body: ADMIN, headers: { origin: EVIL } });

  expect(errorOf(answer).code).toBe('forbidden');
});

test('another site cannot open the WebSocket', async () => {
  expect(await openSocket({ cookie, origin: EVIL })).toBe(403);
  expect(await openSocket({ cookie })).toBe(403);
  expect(await openSocket({ cookie, origin: hub.url })).toBe('open');
});

test('the own site may, and so may a script with a token', async () => {
  expect((await makeToken({ cookie, origin: hub.url })).status).toBe(200);
  expect((await makeToken({ authorization: `Bearer ${await hub.token()}` })).status).toBe(200);
});

test('no page of the hub may be framed, and no script of another origin loaded', async () => {
  const { headers } = await hub.request('GET', '/healthz');

  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('the socket of a session that has ended is closed, and so is one that never had any', async () => {
  await using strict = await startTestHub({ sessionRecheckMs: 20 });
  const headers = { cookie: await strict.cookie(), origin: strict.url };
  const open = async (given: Record<string, string>): Promise<{ closed: Promise<number> }> => {
    const socket = new WebSocket(`${strict.url.replace('http', 'ws')}/api/trpc-ws`, { headers: given });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    return { closed };
  };
  const nobody = await open({ origin: strict.url });
  expect(await nobody.closed).toBe(4401);
  const somebody = await open(headers);

  await strict.request('POST', '/api/auth/sign-out', { headers });

  expect(await somebody.closed).toBe(4401);
});
