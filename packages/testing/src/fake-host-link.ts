/** The agent's side of the link, spoken for real: a key, an enrolment, a signed challenge, tRPC served on the socket. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { AnyRouter } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import {
  AGENT_LINK_PATH,
  challengeText,
  DomainError,
  ENROL_PATH,
  EnrolResponse,
  ErrorBody,
  type HostId,
  type HostInfo,
  HubToAgent,
  PROTOCOL_VERSION,
} from '@vitrine/protocol';
import { WebSocket, WebSocketServer } from 'ws';

export interface FakeKey {
  privateKey: KeyObject;
  /** Raw 32 bytes, base64url. */
  publicKey: string;
}

export function makeFakeKey(): FakeKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'jwk' }).x ?? '' };
}

/** DomainError as the hub words it when it refuses. */
export async function enrolFakeHost(
  hubUrl: string,
  token: string,
  hostname: string,
  key: FakeKey,
  protocolVersion: number = PROTOCOL_VERSION,
): Promise<HostId> {
  const response = await fetch(hubUrl + ENROL_PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, publicKey: key.publicKey, hostname, protocolVersion }),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw DomainError.fromBody(ErrorBody.parse(body));
  return EnrolResponse.parse(body).hostId;
}

export interface DialOptions {
  hubUrl: string;
  hostId: HostId;
  key: FakeKey;
  info: HostInfo;
  router: AnyRouter;
  protocolVersion?: number;
}

/** Resolves with the socket when the hub said welcome; rejects with its DomainError when it refused. */
export async function dialHub(options: DialOptions): Promise<WebSocket> {
  const { hubUrl, hostId, key, info, router, protocolVersion = PROTOCOL_VERSION } = options;
  const socket = new WebSocket(hubUrl.replace(/^http/, 'ws') + AGENT_LINK_PATH);
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  // It wants a server to name; the socket here is one that was dialled.
  const serve = getWSConnectionHandler({
    wss: new WebSocketServer({ noServer: true }),
    router,
    createContext: () => ({}),
  });
  const onMessage = (data: Buffer): void => {
    const message = HubToAgent.parse(JSON.parse(data.toString()));
    switch (message.type) {
      case 'challenge': {
        const text = Buffer.from(challengeText(hostId, message.nonce));
        const signature = sign(null, text, key.privateKey).toString('base64url');
        socket.send(JSON.stringify({ type: 'hello', hostId, protocolVersion, signature, info }));
        return;
      }
      case 'welcome':
        socket.off('message', onMessage);
        serve(socket, { url: '/', headers: {} } as never);
        resolve(socket);
        return;
      case 'refused':
        reject(DomainError.fromBody(message.error));
        socket.close();
    }
  };
  socket.on('message', onMessage);
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the hub closed the connection')));
  return promise;
}
