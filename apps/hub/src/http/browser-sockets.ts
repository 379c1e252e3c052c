/** tRPC over WebSocket, for subscriptions. A socket outlives requests, so who it belongs to is asked again and again. */
import type { IncomingMessage } from 'node:http';
import { REQUEST_MAX_BYTES } from '@vitrine/protocol';
import type { Accounts, Hub } from '@vitrine/services';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { toErrorBody } from '../errors.ts';
import { appRouter } from '../router/index.ts';

export const BROWSER_SOCKET_PATH = '/api/trpc-ws';

/** Application's own close code: the session that opened this socket has ended. */
const SESSION_ENDED = 4401;

export interface BrowserSockets {
  server: WebSocketServer;
  close(): void;
}

export function createBrowserSockets(
  hub: Hub,
  accountsOf: (request: IncomingMessage) => Accounts,
  log: Logger,
  recheckMs: number,
): BrowserSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: REQUEST_MAX_BYTES, perMessageDeflate: false });
  const owners = new Map<WebSocket, Accounts>();
  const handler = applyWSSHandler({
    wss: server,
    router: appRouter,
    createContext: ({ req }) => ({ hub, accounts: accountsOf(req) }),
    keepAlive: { enabled: true, pingMs: 30_000, pongWaitMs: 5_000 },
    onError: ({ error, path }) => {
      if (toErrorBody(error).code === 'internal') log.error({ err: error.cause ?? error, path }, 'procedure failed');
    },
  });
  server.on('connection', (socket, request) => {
    owners.set(socket, accountsOf(request));
    socket.on('error', (error) => log.warn({ reason: error.message }, 'browser connection broke'));
    socket.on('close', () => owners.delete(socket));
  });
  const recheck = setInterval(() => {
    for (const [socket, accounts] of owners) {
      accounts.authenticate().then(
        (caller) => {
          if (caller === null) socket.close(SESSION_ENDED, 'the session has ended');
        },
        () => socket.close(SESSION_ENDED, 'the session has ended'),
      );
    }
  }, recheckMs);
  return {
    server,
    close() {
      clearInterval(recheck);
      handler.broadcastReconnectNotification();
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
