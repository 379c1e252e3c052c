import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SessionUser } from '@vitrine/protocol';
import { ADMIN, errorOf, startTestHub, type TestHub } from '../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

const signIn = (at: TestHub, body: unknown) => at.request('POST', '/api/auth/sign-in/email', { body });

test('the session cookie is out of reach of scripts and of other sites', async () => {
  const answer = await signIn(hub, ADMIN);

  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie().join()).toMatch(/vitrine\.session_token=.+HttpOnly; SameSite=Lax/);
  expect(answer.headers.getSetCookie().join()).not.toContain('Secure');
  expect(JSON.stringify(answer.body)).not.toContain('token');
});

test('behind https the session cookie is sent over https alone', async () => {
  await using secure = await startTestHub({ publicUrl: 'https://vitrine.example' });

  const answer = await signIn(secure, ADMIN);

  expect(answer.headers.getSetCookie().join()).toMatch(/__Secure-vitrine\.session_token=.+Secure/);
});

test('a wrong password and an unknown person get the same answer', async () => {
  const wrong = errorOf(await signIn(hub, { ...ADMIN, password: 'not that one' }));
  const unknown = errorOf(await signIn(hub, { email: 'nobody@vitrine.local', password: 'not that one' }));

  expect(wrong).toEqual(unknown);
  expect(wrong).toMatchObject({ code: 'unauthenticated', message: 'The e-mail or the password is wrong.' });
});

test('who tries too many passwords must wait, also with the right one', async () => {
  await using strict = await startTestHub({ signInsPerMinute: 3 });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(errorOf(await signIn(strict, { ...ADMIN, password: `guess ${attempt}` })).code).toBe('unauthenticated');
  }

  const refused = errorOf(await signIn(strict, ADMIN));

  expect(refused.code).toBe('rate-limited');
  expect(refused.mend).toMatch(/Try again in \d+ s/);
});

test('another address cannot be made up to get round the limit', async () => {
  await using strict = await startTestHub({ signInsPerMinute: 1 });
  await signIn(strict, ADMIN);

  const headers = { 'x-forwarded-for': '10.1.2.3', 'x-vitrine-peer': '10.1.2.3' };
  const answer = await strict.request('POST', '/api/auth/sign-in/email', { body: ADMIN, headers });

  expect(errorOf(answer).code).toBe('rate-limited');
});

test('nobody can sign themselves up, and no other door of the library is open', async () => {
  const body = { email: 'eve@example.com', password: 'long enough for it', name: 'Eve' };

  for (const path of ['/sign-up/email', '/api-key/create', '/change-password', '/update-user']) {
    expect(errorOf(await hub.request('POST', `/api/auth${path}`, { body })).code).toBe('not-found');
  }
});

test('a signed-out cookie is worth nothing', async () => {
  const headers = { cookie: await hub.cookie(), origin: hub.url };
  expect((await hub.request('GET', '/api/v1/me', { headers })).status).toBe(200);

  await hub.request('POST', '/api/auth/sign-out', { headers });

  expect(errorOf(await hub.request('GET', '/api/v1/me', { headers })).code).toBe('unauthenticated');
});

test('the first admin can do nothing before the password that was handed out is changed', async () => {
  await using fresh = await startTestHub({ adminPassword: undefined as never });
  const { firstAdmin } = fresh.running;
  const first = await signIn(fresh, firstAdmin);
  const headers = { cookie: first.headers.getSetCookie().join('; '), origin: fresh.url };

  expect((await fresh.request<SessionUser>('GET', '/api/v1/me', { headers })).body.mustChangePassword).toBe(true);
  expect(errorOf(await fresh.request('GET', '/api/v1/hosts', { headers })).mend).toContain('Change the password');

  const body = { currentPassword: firstAdmin?.password, newPassword: 'a much better one' };
  const changed = await fresh.request('POST', '/api/v1/me/password', { headers, body });
  const renewed = { cookie: changed.headers.getSetCookie().join('; '), origin: fresh.url };

  expect((await fresh.request('GET', '/api/v1/hosts', { headers: renewed })).status).toBe(200);
  expect(errorOf(await fresh.request('GET', '/api/v1/hosts', { headers })).code).toBe('unauthenticated');
});

test('a wrong current password and a short new one name the field', async () => {
  const headers = { cookie: await hub.cookie(), origin: hub.url };
  const change = async (body: unknown) => errorOf(await hub.request('POST', '/api/v1/me/password', { headers, body }));

  expect(await change({ currentPassword: 'wrong', newPassword: 'long enough for it' })).toMatchObject({
    code: 'invalid-input',
    field: 'currentPassword',
  });
  expect(await change({ currentPassword: ADMIN.password, newPassword: 'short' })).toMatchObject({
    code: 'invalid-input',
    field: 'newPassword',
  });
});

test('an API token is shown once, kept as a hash, and worth nothing when revoked', async () => {
  const token = await hub.token('operator');
  const rows = await hub.request<{ id: string; start: string; role: string }[]>('GET', '/api/v1/api-tokens', { token });
  const row = rows.body.find(({ start }) => token.startsWith(start));

  expect(row?.role).toBe('operator');
  expect(JSON.stringify(rows.body)).not.toContain(token);

  await hub.request('DELETE', `/api/v1/api-tokens/${row?.id ?? ''}`, { token });

  expect(errorOf(await hub.request('GET', '/api/v1/hosts', { token })).message).toContain(
    'unknown, expired or revoked',
  );
});

test('a token makes no tokens, which would outlive it, and takes none away that may do more than itself', async () => {
  const [viewer, admin] = [await hub.token('viewer'), await hub.token('admin')];
  const made = await hub.request('POST', '/api/v1/api-tokens', {
    token: admin,
    body: { name: 'more', role: 'viewer' },
  });
  expect(errorOf(made)).toMatchObject({ code: 'forbidden', message: 'An API token cannot make another one.' });

  type Rows = { id: string; start: string }[];
  const { body } = await hub.request<Rows>('GET', '/api/v1/api-tokens', { token: viewer });
  const victim = body.find(({ start }) => admin.startsWith(start))?.id ?? '';
  const revoked = await hub.request('DELETE', `/api/v1/api-tokens/${victim}`, { token: viewer });

  expect(errorOf(revoked).code).toBe('forbidden');
  expect((await hub.request('GET', '/api/v1/hosts', { token: admin })).status).toBe(200);
});
