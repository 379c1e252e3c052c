/**
 * The two doors of the authentication library that are open to the network. Its others, tokens and passwords among
 * them, are reached by verbs alone, which authorise and audit.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError, type ErrorBody } from '@vitrine/protocol';
import type { Logger } from 'pino';
import { type Auth, AUTH_PATH, PEER_HEADER } from '../auth/create-auth.ts';
import { readBody } from './read-body.ts';
import { sendError, sendJson } from './respond.ts';

const OPEN = new Set(['POST /sign-in/email', 'POST /sign-out']);

const noSuchDoor = (path: string): DomainError =>
  new DomainError('not-found', {
    message: `There is no ${path}.`,
    mend: 'Sign in at /api/auth/sign-in/email; the rest is in /api/v1/openapi.json.',
  });

async function toWebRequest(request: IncomingMessage, url: URL, publicUrl: string): Promise<Request> {
  const headers = new Headers();
  for (const name of ['cookie', 'origin', 'content-type', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  headers.set(PEER_HEADER, request.socket.remoteAddress ?? 'unknown');
  const body = await readBody(request);
  // The library expects JSON also where a browser has nothing to say and sends nothing.
  if (body === '') headers.set('content-type', 'application/json');
  return new Request(new URL(url.pathname, publicUrl), { method: 'POST', headers, body: body === '' ? '{}' : body });
}

function toErrorBody(answer: Response, path: string): ErrorBody {
  if (answer.status === 429) {
    const seconds = answer.headers.get('x-retry-after') ?? '60';
    return {
      code: 'rate-limited',
      message: 'There were too many attempts to sign in.',
      mend: `Try again in ${seconds} s.`,
      field: null,
    };
  }
  if (path === '/sign-in/email' && (answer.status === 401 || answer.status === 400)) {
    return {
      code: answer.status === 401 ? 'unauthenticated' : 'invalid-input',
      message: answer.status === 401 ? 'The e-mail or the password is wrong.' : 'E-mail and password are needed.',
      mend: 'Check both. Whoever runs the hub can set a new password: "main.ts reset-password".',
      field: null,
    };
  }
  if (answer.status < 500)
    return { code: 'invalid-input', message: 'The request is not valid.', mend: null, field: null };
  return { code: 'internal', message: 'Something unexpected happened in the hub.', mend: null, field: null };
}

export async function answerAuth(
  parts: { auth: Auth; publicUrl: string; log: Logger },
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const path = url.pathname.slice(AUTH_PATH.length);
  if (!OPEN.has(`${request.method ?? 'GET'} ${path}`)) throw noSuchDoor(url.pathname);
  const answer = await parts.auth.handler(await toWebRequest(request, url, parts.publicUrl));
  if (answer.status >= 400) {
    const body = toErrorBody(answer, path);
    parts.log.warn({ peer: request.socket.remoteAddress, path, code: body.code }, 'sign-in refused');
    sendError(response, body);
    return;
  }
  for (const cookie of answer.headers.getSetCookie()) response.appendHeader('set-cookie', cookie);
  // The library's own answer repeats the session token, which scripts in the page must never see.
  sendJson(response, 200, { done: true });
}
