import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EventsPage, type FleetContainer, type FleetContainerDetail, REQUEST_MAX_BYTES } from '@vitrine/protocol';
import { type FakeHost, SENTINEL } from '@vitrine/testing';
import { errorOf, eventually, like, startTestHub, type TestHub } from '../../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let hub: TestHub;
let host: FakeHost;
let token: string;
let containers: string;
beforeAll(async () => {
  hub = await startTestHub();
  host = await hub.host();
  token = await hub.token('operator');
  containers = `/api/v1/hosts/${host.hostId}/containers`;
});
afterAll(() => hub[Symbol.asyncDispose]());

const create = (body: unknown) => hub.request<FleetContainerDetail>('POST', containers, { token, body });

test('a container is made, read, stopped, explained and deleted by REST', async () => {
  const made = await create({ spec: { image: 'starter', name: 'whole', limits: { memoryBytes: 67_108_864 } } });
  const { id } = made.body.container;
  const one = `${containers}/${id}`;

  expect(made).toMatchObject({ status: 200, body: { hostName: 'alpha', container: { status: 'running' } } });
  expect((await hub.request('GET', one, { token })).body).toMatchObject({ container: { name: 'whole' } });
  expect((await hub.request('POST', `${one}/stop`, { token, body: {} })).body).toMatchObject({
    container: { status: 'stopped', exit: { kind: 'stopped', by: { kind: 'user', tokenName: 'a operator' } } },
  });
  expect((await hub.request('GET', `${one}/autopsy`, { token })).body).toMatchObject({
    sentence: like(/Stopped by admin \(API token "a operator"\) with SIGTERM/),
  });
  expect((await hub.request('DELETE', one, { token })).body).toEqual({ id });
  expect(errorOf(await hub.request('GET', one, { token })).code).toBe('not-found');
});

test('the launch trace, the isolation, the sources and the logs of a container are read by REST', async () => {
  const made = await create({ spec: { image: 'starter', name: 'read' } });
  const one = `${containers}/${made.body.container.id}`;
  host.machine.tick();

  for (const [path, field] of [
    ['launch-trace', 'steps'],
    ['isolation', 'namespaces'],
    ['sources', '0'],
    ['logs?tail=5', 'lines'],
  ]) {
    const answer = await hub.request<Record<string, unknown>>('GET', `${one}/${path ?? ''}`, { token });
    expect({ path, status: answer.status, has: Object.keys(answer.body) }).toEqual({
      path,
      status: 200,
      has: expect.arrayContaining([field]) as string[],
    });
  }
});

test('a running container is deleted only with force, which a query can ask for', async () => {
  const made = await create({ spec: { image: 'starter', name: 'forced' } });
  const one = `${containers}/${made.body.container.id}`;

  expect(errorOf(await hub.request('DELETE', one, { token }))).toMatchObject({ code: 'conflict' });
  expect(errorOf(await hub.request('DELETE', `${one}?force=maybe`, { token }))).toMatchObject({ field: 'force' });
  expect((await hub.request('DELETE', `${one}?force=true`, { token })).status).toBe(200);
});

test('containers are found by name and by the first digits of the id', async () => {
  const made = await create({ spec: { image: 'starter', name: 'findable' } });
  const { id } = made.body.container;
  await eventually(() => hub.running.hub.fleet.containers().find(({ container }) => container.id === id));

  for (const match of ['findable', id.slice(0, 10)]) {
    const answer = await hub.request<FleetContainer[]>('GET', `/api/v1/containers?match=${match}`, { token });
    expect(answer.body.map(({ container }) => container.id)).toEqual([id]);
  }
});

test('the same request sent twice makes one container, and the key with another request is a conflict', async () => {
  const request = { spec: { image: 'starter', name: 'once' }, idempotencyKey: 'a-key-of-a-script' };

  const [first, second] = await Promise.all([create(request), create(request)]);
  const third = await create({ ...request, spec: { image: 'starter', name: 'other' } });

  expect(second.body.container.id).toBe(first.body.container.id);
  expect(errorOf(third)).toMatchObject({ code: 'conflict', field: 'idempotencyKey' });
});

test.each([
  ['memory below what a program needs', { limits: { memoryBytes: 4096 } }, 400, 'spec.limits.memoryBytes'],
  ['more memory than the host has', { limits: { memoryBytes: 2 ** 40 } }, 400, 'spec.limits.memoryBytes'],
  ['a name with a space', { name: 'a b' }, 400, 'spec.name'],
  ['an environment entry without a name', { env: ['=x'] }, 400, 'spec.env.0'],
  ['a relative working directory', { workingDir: 'tmp' }, 400, 'spec.workingDir'],
  ['a field that does not exist', { memory: '64m' }, 400, 'spec'],
  ['an unknown image', { image: 'nope' }, 404, 'spec.image'],
  ['a program that is not there', { command: [SENTINEL.noSuchProgram] }, 422, 'spec.command'],
  ['a full disk', { name: SENTINEL.fullDisk }, 507, 'spec.name'],
])('%s is refused with its status, the field and the mend', async (_what, change, status, field) => {
  const before = host.machine.containers.size;
  const answer = await create({ spec: { image: 'starter', ...change } });

  expect(answer.status).toBe(status);
  expect(errorOf(answer).field).toBe(field);
  expect(errorOf(answer).mend).not.toBeNull();
  expect(host.machine.containers.size).toBe(before);
});

test('a taken name is a conflict on that field', async () => {
  await create({ spec: { image: 'starter', name: 'taken' } });

  expect(errorOf(await create({ spec: { image: 'starter', name: 'taken' } }))).toMatchObject({
    code: 'conflict',
    field: 'spec.name',
  });
});

test('a body that is not JSON, not an object, or not said to be JSON is refused in words', async () => {
  const send = async (body: string, headers = {}) =>
    errorOf(await hub.request('POST', containers, { token, body, headers })).message;

  expect(await send('{"spec":')).toContain('not JSON');
  expect(await send('[]')).toContain('not a JSON object');
  expect(await send('a=b', { 'content-type': 'text/plain' })).toContain('"text/plain"');
});

test('a body over the limit is refused before it is read, on REST and on tRPC', async () => {
  const body = JSON.stringify({ filler: 'x'.repeat(REQUEST_MAX_BYTES) });

  expect(errorOf(await hub.request('POST', containers, { token, body })).code).toBe('too-large');
  const trpc = await hub.request<{ error: unknown }>('POST', '/api/trpc/containers.create', { token, body });
  expect(trpc.status).toBe(413);
  expect(JSON.stringify(trpc.body)).toContain('"too-large"');
});

test('a body over the limit that does not say its length is cut off while it is read', async () => {
  const chunk = new TextEncoder().encode('x'.repeat(64 * 1024));
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += chunk.length;
      if (sent > 32 * REQUEST_MAX_BYTES) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  // The hub answers in the middle of the request and hangs up: some clients see the answer, some the end.
  const answer = await fetch(hub.url + containers, { method: 'POST', headers, body, duplex: 'half' }).catch(() => null);

  expect(answer === null || answer.status === 413).toBe(true);
  expect(sent).toBeLessThan(32 * REQUEST_MAX_BYTES);
});

test('ids that are not ids, hosts that are not there and paths that lead nowhere are told apart', async () => {
  const get = async (path: string) => errorOf(await hub.request('GET', path, { token }));

  expect(await get('/api/v1/hosts/not-a-uuid')).toMatchObject({ code: 'invalid-input', field: 'hostId' });
  expect(await get('/api/v1/hosts/00000000-0000-4000-8000-000000000000')).toMatchObject({
    code: 'not-found',
    field: 'hostId',
  });
  expect(await get(`${containers}/${'0'.repeat(64)}`)).toMatchObject({ code: 'not-found', field: 'containerId' });
  expect(await get('/api/v1/nowhere')).toMatchObject({ code: 'not-found', mend: like(/openapi\.json/) });
  expect(await get('/api/v1/hosts/%E0%A4%A')).toMatchObject({ code: 'invalid-input' });
  expect(await get('/api/elsewhere')).toMatchObject({ code: 'not-found' });
  expect(await get('/')).toMatchObject({ code: 'not-found', mend: like(/--dashboard-dir/) });
});

test('without a token, with a wrong one, and with a malformed one nothing is told', async () => {
  const get = async (headers: Record<string, string>) =>
    errorOf(await hub.request('GET', '/api/v1/hosts', { headers })).code;

  expect(await get({})).toBe('unauthenticated');
  expect(await get({ authorization: 'Bearer vat_wrong' })).toBe('unauthenticated');
  expect(await get({ authorization: 'Basic YWRtaW46YWRtaW4=' })).toBe('unauthenticated');
  expect(await get({ cookie: 'vitrine.session_token=forged.signature' })).toBe('unauthenticated');
});

test('a script follows events by waiting for the next one', async () => {
  const newest = await hub.request<EventsPage>('GET', '/api/v1/events?limit=1', { token });
  const { cursor } = newest.body;
  const waiting = hub.request<EventsPage>('GET', `/api/v1/events?after=${cursor}&waitSec=20`, { token });

  await host.machine.run({ image: 'starter', name: 'awaited' });

  const page = (await waiting).body;
  expect(page.events[0]?.event).toMatchObject({ type: 'container.created', containerName: 'awaited' });
  expect(page.cursor).toBeGreaterThan(cursor);
});

test('events are read by host, by container and by type, forwards and backwards', async () => {
  const made = await create({ spec: { image: 'starter', name: 'eventful' } });
  const { id } = made.body.container;
  const list = async (query: string) =>
    (await hub.request<EventsPage>('GET', `/api/v1/events?${query}`, { token })).body.events;
  await eventually(async () => ((await list(`containerId=${id}`)).length === 2 ? true : undefined));

  expect((await list(`containerId=${id}&after=0`)).map(({ event }) => event.type)).toEqual([
    'container.created',
    'container.started',
  ]);
  expect((await list(`type=agent.started&hostId=${host.hostId}`)).map(({ event }) => event.seq)).toEqual([1]);
  const [newest] = await list('limit=1');
  const [before] = await list(`limit=1&before=${newest?.cursor ?? 0}`);
  expect(before?.cursor).toBeLessThan(newest?.cursor ?? 0);
});

test('a defect of the hub is logged whole and told to nobody', async () => {
  const { events } = hub.running.hub.stores;
  const listGaps = events.listGaps.bind(events);
  events.listGaps = () => Promise.reject(new Error('the secret path /etc/shadow'));
  const answer = await hub.request('GET', '/api/v1/events/gaps', { token });
  const trpc = await hub.request('GET', '/api/trpc/events.gaps?input=%7B%22json%22%3A%7B%7D%7D', { token });
  events.listGaps = listGaps;

  expect(errorOf(answer)).toMatchObject({ code: 'internal', message: 'Something unexpected happened in the hub.' });
  expect(trpc.status).toBe(500);
  expect(JSON.stringify([answer.body, trpc.body])).not.toContain('secret');
  expect(hub.logged.filter((line) => line.includes('the secret path'))).toHaveLength(2);
});
