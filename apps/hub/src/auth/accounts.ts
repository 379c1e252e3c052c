/** The authentication library as verbs know it, bound to one request. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { OpenDb } from '@vitrine/db';
import { DomainError } from '@vitrine/protocol';
import type { Accounts, Caller } from '@vitrine/services';
import { APIError } from 'better-auth/api';
import { callerOfToken, createApiToken } from './api-tokens.ts';
import type { Auth } from './create-auth.ts';
import { toSessionUser } from './session-user.ts';

export interface AccountsParts {
  auth: Auth;
  prisma: OpenDb['prisma'];
}

const BEARER = /^Bearer +(\S+)$/i;

const passwordProblem = (error: APIError): DomainError => {
  const code = error.body?.code;
  if (code === 'INVALID_PASSWORD') {
    return new DomainError('invalid-input', {
      message: 'The current password is wrong.',
      mend: 'Type the password you signed in with.',
      field: 'currentPassword',
    });
  }
  return new DomainError('invalid-input', { message: error.message, field: 'newPassword' });
};

/** `response` is where renewed cookies go; a WebSocket has none. */
export function createAccounts(
  { auth, prisma }: AccountsParts,
  requestHeaders: IncomingHttpHeaders,
  response: ServerResponse | undefined,
): Accounts {
  const headers = new Headers();
  if (requestHeaders.cookie !== undefined) headers.set('cookie', requestHeaders.cookie);

  function passCookies(from: Headers): void {
    if (response === undefined || response.headersSent) return;
    for (const cookie of from.getSetCookie()) response.appendHeader('set-cookie', cookie);
  }

  async function callerOfCookie(): Promise<Caller | null> {
    if (requestHeaders.cookie === undefined) return null;
    const answer = await auth.api.getSession({ headers, returnHeaders: true });
    passCookies(answer.headers);
    if (answer.response === null) return null;
    const user = toSessionUser(answer.response.user);
    const { id, name, role } = user;
    return { user, role, actor: { kind: 'user', id, name, via: 'browser' } };
  }

  return {
    authenticate() {
      const { authorization } = requestHeaders;
      if (authorization === undefined) return callerOfCookie();
      const token = BEARER.exec(authorization)?.[1];
      if (token !== undefined) return callerOfToken(auth, prisma, token);
      throw new DomainError('unauthenticated', {
        message: 'The Authorization header is not a bearer token.',
        mend: 'Send "Authorization: Bearer TOKEN" with an API token.',
      });
    },
    async changePassword(input) {
      try {
        const answer = await auth.api.changePassword({
          body: { ...input, revokeOtherSessions: true },
          headers,
          returnHeaders: true,
        });
        const { id } = answer.response.user;
        await prisma.user.update({ where: { id }, data: { mustChangePassword: false } });
        passCookies(answer.headers);
      } catch (error) {
        throw error instanceof APIError ? passwordProblem(error) : error;
      }
    },
    createToken: (caller, input) => createApiToken(auth, caller, input),
  };
}
