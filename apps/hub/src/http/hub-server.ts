/** One HTTP server for all that the hub speaks: where each path goes, and what every answer carries. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { AGENT_LINK_PATH, DomainError, ENROL_PATH, REQUEST_MAX_BYTES } from '@vitrine/protocol';
import type { Accounts, Hub } from '@vitrine/services';
import type { Logger } from 'pino';
import type { WebSocketServer } from 'ws';
import type { AgentGate } from '../agent-link/agent-gate.ts';
import { createAccounts } from '../auth/accounts.ts';
import { type Auth, AUTH_PATH } from '../auth/create-auth.ts';
import type { OpenDb } from '@vitrine/db';
import { toErrorBody } from '../errors.ts';
import { appRouter } from '../router/index.ts';
import { answerAuth } from './auth-endpoint.ts';
import { BROWSER_SOCKET_PATH, createBrowserSockets } from './browser-sockets.ts';
import type { Dashboard } from './dashboard.ts';
import { answerEnrol } from './enrol-endpoint.ts';
import { createOpenApiDocument } from './openapi.ts';
import { refuseForeignRequest, refuseForeignUpgrade } from './origin.ts';
import { sendError, sendJson } from './respond.ts';
import { createRestHandler, REST_PATH } from './rest.ts';
import { setSecurityHeaders } from './security-headers.ts';

const TRPC_PATH = '/api/trpc';
/** More calls than a page makes at once. */
const MAX_BATCH = 50;

export interface HubServerParts {
  hub: Hub;
  auth: Auth;
  prisma: OpenDb['prisma'];
  gate: AgentGate;
  log: Logger;
  version: string;
  development: boolean;
  /** How often open sockets are asked whether their session still is. */
  sessionRecheckMs: number;
}

export interface HubServer {
  mount(dashboard: Dashboard): void;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

const noDashboard: Answer = (_request, response) => {
  sendJson(response, 404, {
    code: 'not-found',
    message: 'This hub runs without a dashboard.',
    mend: 'Start it with --dashboard-dir, or use /api/v1.',
    field: null,
  });
};

function createAnswers(parts: HubServerParts, accountsOf: AccountsOf): [prefix: string, answer: Answer][] {
  const { hub, log } = parts;
  const rest = createRestHandler();
  const document = createOpenApiDocument(hub.publicUrl, parts.version);
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: `${TRPC_PATH}/`,
    maxBodySize: REQUEST_MAX_BYTES,
    maxBatchSize: MAX_BATCH,
    createContext: ({ req, res }) => ({ hub, accounts: accountsOf(req, res) }),
    onError: ({ error, path }) => {
      if (toErrorBody(error).code === 'internal') log.error({ err: error.cause ?? error, path }, 'procedure failed');
    },
  });
  return [
    ['/healthz', (_request, response) => sendJson(response, 200, { status: 'ok', version: parts.version })],
    [`${AUTH_PATH}/`, (request, response, url) => answerAuth({ ...parts, ...hub }, request, response, url)],
    [ENROL_PATH, (request, response) => answerEnrol(hub, request, response)],
    [`${TRPC_PATH}/`, (request, response) => trpc(request, response)],
    [`${REST_PATH}/openapi.json`, (_request, response) => sendJson(response, 200, document)],
    [
      `${REST_PATH}/`,
      (request, response, url) => rest(request, response, url, { hub, accounts: accountsOf(request, response) }),
    ],
    [
      '/api/',
      (request) => {
        throw new DomainError('not-found', { message: `There is no ${request.url ?? '/'}.` });
      },
    ],
  ];
}

type AccountsOf = (request: IncomingMessage, response?: ServerResponse) => Accounts;

/** A URL that cannot be parsed belongs to nobody. */
const urlOf = (request: IncomingMessage): URL => {
  const path = request.url ?? '/';
  return new URL(URL.canParse(path, 'http://hub') ? path : '/', 'http://hub');
};

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** `server` listens already; nothing is answered before this. */
export function createHubServer(parts: HubServerParts, server: Server): HubServer {
  const { hub, gate, log, development } = parts;
  const { publicUrl } = hub;
  const accountsOf: AccountsOf = (request, response) => createAccounts(parts, request.headers, response);
  const answers = createAnswers(parts, accountsOf);
  const browsers = createBrowserSockets(hub, accountsOf, log, parts.sessionRecheckMs);
  let dashboard: Dashboard | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setSecurityHeaders(response, { publicUrl, development });
    const url = urlOf(request);
    const [, handle] = answers.find(([prefix]) => url.pathname.startsWith(prefix)) ?? [];
    if (handle === undefined) {
      await (dashboard?.answer(request, response) ?? noDashboard(request, response, url));
      return;
    }
    refuseForeignRequest(request, publicUrl);
    await handle(request, response, url);
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const body = toErrorBody(error);
      if (body.code === 'internal') log.error({ err: error, url: request.url }, 'request failed');
      // What was not read of the body would be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      sendError(response, body);
    });
  });

  const accept = (wss: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void =>
    wss.handleUpgrade(request, socket, head, (accepted) => wss.emit('connection', accepted, request));

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const { pathname } = urlOf(request);
    if (pathname === AGENT_LINK_PATH) {
      accept(gate.server, request, socket, head);
    } else if (pathname === BROWSER_SOCKET_PATH) {
      try {
        refuseForeignUpgrade(request, publicUrl);
        accept(browsers.server, request, socket, head);
      } catch (error) {
        log.warn({ reason: toErrorBody(error).message }, 'browser socket refused');
        refuseUpgrade(socket, '403 Forbidden');
      }
    } else if (dashboard !== undefined) {
      dashboard.upgrade(request, socket, head).catch(() => socket.destroy());
    } else {
      refuseUpgrade(socket, '404 Not Found');
    }
  });

  return {
    mount: (mounted) => {
      dashboard = mounted;
    },
    async close() {
      browsers.close();
      await gate.close();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
      await dashboard?.close();
    },
  };
}
