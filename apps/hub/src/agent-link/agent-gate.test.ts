import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  AGENT_LINK_MAX_BYTES,
  AGENT_LINK_PATH,
  type FleetEvent,
  OFFLINE_AFTER_MS,
  STALE_AFTER_MS,
} from '@vitrine/protocol';
import { makeFakeKey } from '@vitrine/testing';
import { WebSocket } from 'ws';
import { errorOf, eventually, like, startTestHub, type TestHub } from '../../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let hub: TestHub;
let nowMs: number;
beforeEach(async () => {
  nowMs = 1_795_000_000_000;
  hub = await startTestHub({ now: () => nowMs });
});
afterEach(() => hub[Symbol.asyncDispose]());

const connectionOf = (hostId: string): string | undefined =>
  hub.running.hub.fleet.hosts().find(({ id }) => id === hostId)?.connection;

const eventsOf = async (): Promise<FleetEvent[]> =>
  (await hub.running.hub.stores.events.list({ after: 0, limit: 500 })).toSorted((a, b) => a.event.seq - b.event.seq);

const logLine = (words: string): Promise<string> => eventually(() => hub.logged.find((line) => line.includes(words)));

test('a host with another key than it enrolled with is refused', async () => {
  const host = await hub.host();
  await host.cutOff();

  await expect(host.connect({ key: makeFakeKey() })).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('a revoked host is cut off, refused from then on, and told how to come back', async () => {
  const host = await hub.host();
  const closed = once(host.socket, 'close');
  const answer = await hub.request('POST', `/api/v1/hosts/${host.hostId}/revoke`, { token: await hub.token() });

  expect(answer.body).toMatchObject({ connection: 'revoked' });
  await closed;
  await expect(host.connect()).rejects.toMatchObject({ code: 'forbidden', mend: like(/vitrine join/) });
});

test('an agent of a newer protocol is told to have the hub updated', async () => {
  const host = await hub.host();
  await host.cutOff();

  await expect(host.connect({ protocolVersion: 2 })).rejects.toMatchObject({
    code: 'unsupported',
    mend: like(/Update the hub/),
  });
});

test('a newer connection of the same host takes over from the older', async () => {
  const host = await hub.host();
  const older = host.socket;
  const closed = once(older, 'close');

  await host.connect();

  await closed;
  expect(await logLine('a newer connection of the same host came')).toContain('alpha');
  const rows = await hub.request('GET', `/api/v1/hosts/${host.hostId}/images`, { token: await hub.token() });
  expect(rows.status).toBe(200);
});

test('a host that says something other than an answer is cut off, and the log says why', async () => {
  for (const frame of ['not json', '5', 'null', '{"id":1}', '{"method":"reconnect","id":null}']) {
    const host = await hub.host();
    const closed = once(host.socket, 'close');

    host.socket.send(frame);

    await closed;
  }
  expect(hub.logged.filter((line) => line.includes('a frame that is not a tRPC answer'))).toHaveLength(5);
});

test('a frame over the limit closes the connection, and the hub lives on', async () => {
  const host = await hub.host();
  const closed = once(host.socket, 'close');

  host.socket.send('x'.repeat(AGENT_LINK_MAX_BYTES + 1));

  await closed;
  expect(await logLine('Max payload size exceeded')).toBeDefined();
  expect((await hub.request('GET', '/healthz')).status).toBe(200);
});

test('a host that floods is cut off', async () => {
  const host = await hub.host();
  const closed = once(host.socket, 'close');

  for (let frame = 0; frame <= 20_000; frame += 1) host.socket.send('{"id":99999,"result":{"type":"started"}}');

  await closed;
  expect(await logLine('frames and')).toContain('alpha');
});

test('a stranger on the agent path learns nothing and cannot hold the hub up', async () => {
  const socket = new WebSocket(hub.url.replace('http', 'ws') + AGENT_LINK_PATH);
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  await once(socket, 'open');

  socket.send('{"type":"hello"}');

  await once(socket, 'close');
  expect(messages.at(-1)).toContain('"refused"');
  expect(messages.at(-1)).toContain('invalid-input');
});

test('an answer of the wrong shape is a failed request for whoever asked, and the end of the connection', async () => {
  const host = await hub.host();
  const token = await hub.token();
  const container = await host.machine.run({ image: 'starter', name: 'odd' });
  container.detail = { ...container.detail, status: 'exploded' as never };
  const closed = once(host.socket, 'close');

  const answer = await hub.request('GET', `/api/v1/hosts/${host.hostId}/containers/${container.id}`, { token });

  expect(errorOf(answer)).toMatchObject({ code: 'internal', message: like(/in a shape that this hub does not know/) });
  await closed;
  expect(await logLine('in a wrong shape: status')).toContain('containers.get');
});

test('a silent host is stale after five seconds and offline after fifteen, and its rows stay', async () => {
  const host = await hub.host();
  await host.machine.run({ image: 'starter', name: 'kept' });
  host.machine.tick();
  await eventually(() => hub.running.hub.fleet.containers(host.hostId)[0]);
  expect(connectionOf(host.hostId)).toBe('online');
  const heardMs = nowMs;

  nowMs = heardMs + STALE_AFTER_MS;
  expect(connectionOf(host.hostId)).toBe('stale');
  nowMs = heardMs + OFFLINE_AFTER_MS;
  expect(connectionOf(host.hostId)).toBe('offline');

  const [row] = hub.running.hub.fleet.containers(host.hostId);
  expect(row).toMatchObject({ seenAtMs: heardMs, container: { name: 'kept' } });
});

test('a host that is cut off is stale at once, and what is asked of it is refused as offline', async () => {
  const host = await hub.host();
  await host.cutOff();
  await eventually(() => (connectionOf(host.hostId) === 'stale' ? true : undefined));

  const answer = await hub.request('GET', `/api/v1/hosts/${host.hostId}/images`, { token: await hub.token() });

  expect(errorOf(answer)).toMatchObject({ code: 'host-offline', message: like(/alpha is not connected/) });
});

test('what happened while a host was away is caught up with, each event once', async () => {
  const host = await hub.host();
  await eventually(async () => ((await eventsOf()).length === 1 ? true : undefined));
  await host.cutOff();
  await host.machine.run({ image: 'starter', name: 'meanwhile' });

  await host.connect();

  const events = await eventually(async () => {
    const all = await eventsOf();
    return all.length === 3 ? all : undefined;
  });
  expect(events.map(({ event }) => event.seq)).toEqual([1, 2, 3]);
  expect(hub.running.hub.fleet.containers(host.hostId)[0]?.container.name).toBe('meanwhile');
  expect(await hub.running.hub.stores.events.listGaps()).toEqual([]);
});

test('events that a host no longer has are shown as a gap', async () => {
  const host = await hub.host();
  await eventually(async () => ((await eventsOf()).length === 1 ? true : undefined));
  await host.cutOff();
  for (const name of ['one', 'two', 'three']) await host.machine.run({ image: 'starter', name });
  host.machine.firstSeq = 6;

  await host.connect();

  await eventually(async () => ((await eventsOf()).length === 3 ? true : undefined));
  const answer = await hub.request('GET', '/api/v1/events/gaps', { token: await hub.token() });
  expect(answer.body).toMatchObject([{ hostId: host.hostId, fromSeq: 2, toSeq: 5 }]);
});
