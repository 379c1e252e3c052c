import { chmod, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { AnyRouter } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { REQUEST_MAX_BYTES } from '@vitrine/protocol';
import { answerMutation, takesMutation } from './answer-mutation.ts';
import type { CallContext } from './handlers.ts';

export type PeerCredentials = (socketFd: number) => { pid: number; uid: number };

/** Node shows the descriptor of a socket nowhere in public; its handle has had this field since the beginning. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: number } };
  if (handle?.fd === undefined || handle.fd < 0) throw new Error('the peer is gone');
  return handle.fd;
}

const peers = new WeakMap<Socket, CallContext['peer']>();

/** Asked once a connection, while it certainly lives; the kernel remembers who connected. */
function peerOf(request: IncomingMessage, credentials: PeerCredentials): CallContext['peer'] {
  const known = peers.get(request.socket);
  if (known !== undefined) return known;
  const { pid, uid } = credentials(descriptorOf(request.socket));
  const peer = { kind: 'local' as const, uid, pid };
  peers.set(request.socket, peer);
  return peer;
}

/**
 * Serves the router on a unix socket that only root may open. HTTP: `POST /containers.create`, `GET /containers.list?input={}`,
 * subscriptions as server-sent events. The caller's name is what the kernel says (SO_PEERCRED).
 */
export async function serveUnixSocket(options: {
  path: string;
  router: AnyRouter;
  credentials: PeerCredentials;
  onDefect: (error: unknown, path: string | undefined) => void;
}): Promise<{ close: () => Promise<void> }> {
  const { router, onDefect } = options;
  const contextOf = (request: IncomingMessage): CallContext => ({
    peer: peerOf(request, options.credentials),
    drained: () => Promise.resolve(),
  });
  const handler = createHTTPHandler({
    router,
    maxBodySize: REQUEST_MAX_BYTES,
    createContext: ({ req }) => contextOf(req),
    onError: ({ error, path }) => {
      onDefect(error, path);
    },
  });
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    if (takesMutation(request)) void answerMutation(request, response, { router, contextOf, onDefect });
    else handler(request, response);
  });
  await unlink(options.path).catch(() => undefined);
  await listen(server, options.path);
  await chmod(options.path, 0o600);
  return { close: () => closeServer(server) };
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // Node binds within this call, so the umask shuts the socket from its first moment and touches no other file.
  const before = process.umask(0o177);
  server.listen(path, () => {
    resolve();
  });
  process.umask(before);
  return promise;
}

function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => {
    resolve();
  });
  server.closeAllConnections();
  return promise;
}
