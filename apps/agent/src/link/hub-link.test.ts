import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import {
  AGENT_LINK_PATH,
  AgentToHub,
  challengeText,
  EnrolRequest,
  type DomainError,
  type HostId,
  type HostInfo,
  type HubToAgent,
} from '@vitrine/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AgentHandlers } from '../api/handlers.ts';
import { createAgentRouter } from '../api/router.ts';
import { enrol } from './enrol.ts';
import { HubLink } from './hub-link.ts';
import { Identity } from './identity.ts';
import { linkToHub } from './link-to-hub.ts';

const HOST = '6f1c1f6e-8f0e-4b07-9d0b-3d3f4c1a9b11' as HostId;
const TOKEN = `vjt_${'x'.repeat(32)}`;
const info: HostInfo = {
  hostname: 'alpha',
  kernel: '6.18',
  architecture: 'x86_64',
  os: 'Debian',
  cpuCount: 2,
  memoryBytes: 1,
  cgroupVersion: 'v1',
  bootedAtMs: 0,
  agentVersion: '0',
  agentStartedAtMs: 0,
  agentPid: 1,
  features: [],
};
const handlers: Partial<AgentHandlers> = { 'host.info': () => info, 'containers.list': () => [] };
const router = createAgentRouter(handlers as AgentHandlers, { checksOutputs: true });
const log = pino({ level: 'silent' });

let stateDir: string;
let server: Server;
let sockets: WebSocketServer;
let enrolled: EnrolRequest[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  stateDir = await mkdtemp(path.join(tmpdir(), 'vitrine-link-'));
  enrolled = [];
  answer = { status: 200, body: { hostId: HOST } };
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      enrolled.push(EnrolRequest.parse(JSON.parse(text)));
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  sockets = new WebSocketServer({ server, path: AGENT_LINK_PATH });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  server.closeAllConnections();
  server.close();
  await rm(stateDir, { recursive: true });
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const join = async () => {
  const identity = await Identity.open(stateDir);
  await enrol(identity, { hubUrl: url(), token: TOKEN, hostname: 'alpha' });
  return identity;
};
const nextSocket = async () => ((await once(sockets, 'connection')) as [WebSocket])[0];
const say = (socket: WebSocket, message: HubToAgent) => socket.send(JSON.stringify(message));
const hear = async (socket: WebSocket) =>
  AgentToHub.parse(JSON.parse(String(((await once(socket, 'message')) as [Buffer])[0])));

/** The hub's half of the handshake. */
async function welcome(socket: WebSocket): Promise<AgentToHub> {
  const nonce = randomBytes(24).toString('base64url');
  const hello = hear(socket);
  say(socket, { type: 'challenge', nonce, protocolVersion: 1 });
  const { signature, hostId } = await hello;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: enrolled[0]?.publicKey ?? '' }, format: 'jwk' });
  expect(verify(null, Buffer.from(challengeText(hostId, nonce)), key, Buffer.from(signature, 'base64url'))).toBe(true);
  say(socket, { type: 'welcome' });
  return await hello;
}

/** The hub is the client on a socket that the agent dialled. */
function clientOn(socket: WebSocket) {
  class Accepted {
    static readonly OPEN = 1;
    constructor() {
      setImmediate(() => socket.emit('open'));
      return socket as unknown as Accepted;
    }
  }
  const client = createWSClient({ url: 'ws://agent', WebSocket: Accepted as never, retryDelayMs: () => 1e6 });
  const typed = createTRPCClient({ links: [wsLink({ client })] }) as unknown as {
    host: { info: { query: (input: object) => Promise<unknown> } };
  };
  return typed;
}

test('a host that was enrolled proves its key and is then asked over the socket it dialled', async () => {
  const identity = await join();
  const link = new HubLink({ identity, router, hostInfo: () => info, log, onRefused: () => Promise.resolve(false) });
  const dialled = nextSocket();
  link.start();
  const socket = await dialled;
  const hello = await welcome(socket);

  expect(hello).toMatchObject({ hostId: HOST, info: { hostname: 'alpha' } });
  expect(await clientOn(socket).host.info.query({})).toEqual(info);
  link.close();
});

test('a link that breaks is dialled again', async () => {
  const identity = await join();
  const link = new HubLink({ identity, router, hostInfo: () => info, log, onRefused: () => Promise.resolve(false) });
  const first = nextSocket();
  link.start();
  const broken = await first;
  await welcome(broken);
  const second = nextSocket();
  broken.terminate();

  expect((await welcome(await second)).hostId).toBe(HOST);
  link.close();
});

test('a refusal is handed on with its words, and followed by a new try only when the host enrols anew', async () => {
  const identity = await join();
  const { promise, resolve } = Promise.withResolvers<DomainError>();
  const onRefused = (error: DomainError) => {
    resolve(error);
    return Promise.resolve(true);
  };
  const link = new HubLink({ identity, router, hostInfo: () => info, log, onRefused });
  const first = nextSocket();
  link.start();
  const again = first.then(() => nextSocket());
  say(await first, {
    type: 'refused',
    error: { code: 'forbidden', message: 'This host was removed.', mend: 'Join again.', field: null },
  });

  expect(await promise).toMatchObject({ code: 'forbidden', mend: 'Join again.' });
  expect((await welcome(await again)).hostId).toBe(HOST);
  link.close();
});

test('a hub that speaks out of turn loses the link', async () => {
  const identity = await join();
  const link = new HubLink({ identity, router, hostInfo: () => info, log, onRefused: () => Promise.resolve(false) });
  const dialled = nextSocket();
  link.start();
  const socket = await dialled;
  socket.send('{"id":1,"method":"query","params":{"path":"host.info"}}');

  await expect(once(socket, 'close')).resolves.toBeDefined();
  link.close();
});

test('the key stays in a file that only root may read, and is the same after a restart', async () => {
  const first = await Identity.open(stateDir);
  const second = await Identity.open(stateDir);

  expect(second.publicKey()).toBe(first.publicKey());
  expect((await stat(path.join(stateDir, 'agent.key'))).mode & 0o777).toBe(0o600);
});

test('a token that the hub refuses is told in its words, and nothing is remembered', async () => {
  answer = {
    status: 401,
    body: { error: { code: 'unauthenticated', message: 'Used.', mend: 'Ask anew.', field: null } },
  };
  const identity = await Identity.open(stateDir);

  await expect(enrol(identity, { hubUrl: url(), token: TOKEN, hostname: 'alpha' })).rejects.toMatchObject({
    code: 'unauthenticated',
    mend: 'Ask anew.',
  });
  expect((await Identity.open(stateDir)).enrolled).toBeUndefined();
});

test('a hub that moved to another address is dialled there, by the same host', async () => {
  const identity = await join();
  const before = identity.enrolled?.hostId;
  await identity.remember({ hostId: HOST, hubUrl: 'http://127.0.0.1:1' });
  const dialled = nextSocket();
  const options = { hubUrl: url(), joinToken: undefined };
  const link = await linkToHub({ identity, options, router, hostInfo: info, log });

  expect((await welcome(await dialled)).hostId).toBe(before);
  expect((await Identity.open(stateDir)).enrolled?.hubUrl).toBe(url());
  link.close();
});

test('a host that is joined beside its running agent is connected without a restart', async () => {
  const identity = await Identity.open(stateDir);
  const dialled = nextSocket();
  const link = new HubLink({ identity, router, hostInfo: () => info, log, onRefused: () => Promise.resolve(false) });
  link.start();

  await join();

  expect((await welcome(await dialled)).hostId).toBe(HOST);
  link.close();
});

test('a host that was refused and is joined anew comes back as the new one, without a restart', async () => {
  const identity = await join();
  const link = new HubLink({ identity, router, hostInfo: () => info, log, onRefused: () => Promise.resolve(false) });
  const first = nextSocket();
  link.start();
  const second = first.then(() => nextSocket());
  say(await first, { type: 'refused', error: { code: 'forbidden', message: 'Removed.', mend: null, field: null } });
  const anew = '0b6cbb6b-6c5b-4e0e-8c39-6f8f1f1c7a11' as HostId;
  answer = { status: 200, body: { hostId: anew } };

  await join();

  expect((await welcome(await second)).hostId).toBe(anew);
  link.close();
});

test('a file that does not say to which hub a host belongs is told with what to do about it', async () => {
  await writeFile(path.join(stateDir, 'host.json'), '{');

  await expect(Identity.open(stateDir)).rejects.toMatchObject({ code: 'precondition-failed' });
});

test('something else that listens there is not taken for a hub', async () => {
  answer = { status: 404, body: '<html>' };
  const identity = await Identity.open(stateDir);

  await expect(enrol(identity, { hubUrl: url(), token: TOKEN, hostname: 'alpha' })).rejects.toMatchObject({
    code: 'internal',
    message: 'The hub answered the enrolment with status 404.',
  });
});
