import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AuditPage, ErrorBody, Role } from '@vitrine/protocol';
import type { FakeHost } from '@vitrine/testing';
import { eventually, like, startTestHub, type TestHub } from '../../tools/fake-fleet/test-hub.ts';
import { appRouter } from './index.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What each procedure needs. A new procedure belongs here; the first test says so. */
const NEEDS: Record<string, Role> = {
  'session.me': 'viewer',
  'session.changePassword': 'viewer',
  'fleet.watch': 'viewer',
  'hosts.list': 'viewer',
  'hosts.get': 'viewer',
  'hosts.images': 'viewer',
  'hosts.rename': 'admin',
  'hosts.revoke': 'admin',
  'hosts.remove': 'admin',
  'joinTokens.list': 'admin',
  'joinTokens.create': 'admin',
  'joinTokens.revoke': 'admin',
  'containers.list': 'viewer',
  'containers.create': 'operator',
  'containers.get': 'viewer',
  'containers.start': 'operator',
  'containers.stop': 'operator',
  'containers.kill': 'operator',
  'containers.delete': 'operator',
  'containers.autopsy': 'viewer',
  'containers.launchTrace': 'viewer',
  'containers.isolation': 'viewer',
  'containers.sources': 'viewer',
  'containers.logs': 'viewer',
  'containers.watch': 'viewer',
  'containers.usage': 'viewer',
  'containers.samples': 'viewer',
  'containers.followLogs': 'viewer',
  'processes.watch': 'viewer',
  'events.list': 'viewer',
  'events.gaps': 'viewer',
  'events.watch': 'viewer',
  'audit.list': 'admin',
  'apiTokens.list': 'viewer',
  'apiTokens.create': 'viewer',
  'apiTokens.revoke': 'viewer',
};

let hub: TestHub;
let host: FakeHost;
beforeAll(async () => {
  hub = await startTestHub();
  host = await hub.host();
});
afterAll(() => hub[Symbol.asyncDispose]());

const typeOf = (path: string): string =>
  (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[path]?._def.type ?? '';

/** Enough of an input for every procedure: each takes what it knows. */
const anyInput = () => ({
  hostId: host.hostId,
  containerId: '0'.repeat(64),
  spec: { image: 'starter' },
  name: 'anything',
  id: 'no-such-id',
  currentPassword: 'wrong',
  newPassword: 'long enough for it',
  role: 'viewer',
});

/** Calls a procedure in whichever way it is called, and answers the error or undefined. */
async function errorFrom(path: string, token: string | undefined): Promise<ErrorBody | undefined> {
  const type = typeOf(path);
  if (type === 'subscription') return errorOfWatching(path, token);
  const query = type === 'query' ? `?input=${encodeURIComponent(JSON.stringify({ json: anyInput() }))}` : '';
  const answer = await hub.request<{ error?: { json: { data: { error: ErrorBody } } } }>(
    type === 'query' ? 'GET' : 'POST',
    `/api/trpc/${path}${query}`,
    { ...(token === undefined ? {} : { token }), ...(type === 'query' ? {} : { body: { json: anyInput() } }) },
  );
  return answer.body.error?.json.data.error;
}

function errorOfWatching(path: string, token: string | undefined): Promise<ErrorBody | undefined> {
  const [noun = '', verb = ''] = path.split('.');
  const client = hub.client(token ?? 'vat_none') as unknown as Record<
    string,
    Record<string, { subscribe: (input: unknown, on: object) => { unsubscribe: () => void } }>
  >;
  const { promise, resolve } = Promise.withResolvers<ErrorBody | undefined>();
  const watching = client[noun]?.[verb]?.subscribe(anyInput(), {
    onData: () => resolve(undefined),
    onError: (error: { data?: { error?: ErrorBody } }) => resolve(error.data?.error),
  });
  return promise.finally(() => watching?.unsubscribe());
}

const ROLES: Role[] = ['viewer', 'operator', 'admin'];
const lacks = (held: Role, needed: Role): boolean => ROLES.indexOf(held) < ROLES.indexOf(needed);

test('every procedure is in the table of what it needs', () => {
  expect(Object.keys(appRouter._def.procedures).toSorted()).toEqual(Object.keys(NEEDS).toSorted());
});

test('nobody gets anything without signing in', async () => {
  for (const path of Object.keys(NEEDS)) {
    expect({ path, code: (await errorFrom(path, undefined))?.code }).toEqual({ path, code: 'unauthenticated' });
  }
});

test('whoever has a lesser role than a procedure needs is refused and told which it is', async () => {
  for (const held of ['viewer', 'operator'] as const) {
    const token = await hub.token(held);
    for (const [path, needed] of Object.entries(NEEDS)) {
      if (!lacks(held, needed)) continue;
      const error = await errorFrom(path, token);
      const message = expect.stringContaining(`"${needed}"`) as string;
      expect({ path, ...error }).toMatchObject({ path, code: 'forbidden', message });
    }
  }
});

test('every change, refused ones too, is in the audit under the name of its procedure', async () => {
  const admin = await hub.token();
  const viewer = await hub.token('viewer');
  const changes = Object.keys(NEEDS).filter((path) => typeOf(path) === 'mutation');
  const rows = async () => (await hub.request<AuditPage>('GET', '/api/v1/audit?limit=500', { token: admin })).body.rows;

  for (const path of changes) {
    const before = await rows();
    await errorFrom(path, viewer);
    const added = (await rows()).slice(0, (await rows()).length - before.length);
    expect(added.map(({ action, actor }) => [action, actor.kind])).toEqual([[path, 'user']]);
  }
});

test('reading leaves no audit row', async () => {
  const token = await hub.token();
  const count = async () =>
    (await hub.request<AuditPage>('GET', '/api/v1/audit?limit=500', { token })).body.rows.length;
  const before = await count();

  for (const path of Object.keys(NEEDS)) if (typeOf(path) === 'query') await errorFrom(path, token);

  expect(await count()).toBe(before);
});

test('the audit row of a change says who, by which token, on which host, and with what outcome', async () => {
  const token = await hub.token('operator');
  const container = await host.machine.run({ image: 'starter', name: 'audited' });
  await eventually(() => hub.running.hub.fleet.containers().find((row) => row.container.id === container.id));
  const one = `/api/v1/hosts/${host.hostId}/containers/${container.id}`;

  await hub.request('POST', `${one}/kill`, { token, body: { signal: 'SIGINT' } });
  await hub.request('POST', `${one}/kill`, { token, body: {} });

  const { body } = await hub.request<AuditPage>('GET', '/api/v1/audit?limit=2', { token: await hub.token() });
  const [tokenMade, failed] = body.rows;
  expect(tokenMade?.action).toBe('apiTokens.create');
  expect(failed).toMatchObject({
    action: 'containers.kill',
    outcome: 'failed',
    detail: like(/Cannot kill a container that is stopped/),
    hostId: host.hostId,
    target: container.id,
    actor: { kind: 'user', name: 'admin', via: 'api-token', tokenName: 'a operator' },
  });
  const older = await hub.request<AuditPage>('GET', `/api/v1/audit?limit=1&before=${failed?.id ?? ''}`, {
    token: await hub.token(),
  });
  expect(older.body.rows[0]).toMatchObject({ action: 'containers.kill', outcome: 'done', detail: 'SIGINT' });
});
