/**
 * The hub's REST interface as values: one function a verb, each answer parsed by the protocol's own schema. Paths are
 * those of `/api/v1/openapi.json`.
 *
 * Errors   DomainError with the hub's own code, message and mend; `host-offline` when the hub itself cannot be reached.
 */
import {
  AutopsyReport,
  type ContainerSpecInput,
  type CreateApiToken,
  DomainError,
  ErrorBody,
  ErrorCode,
  EventsPage,
  FleetContainer,
  FleetContainerDetail,
  HTTP_STATUS,
  Host,
  LaunchTrace,
  LogPage,
  NewApiToken,
  NewJoinToken,
  SessionUser,
} from '@vitrine/protocol';
import { z } from 'zod';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface ContainerAddress {
  readonly hostId: string;
  readonly containerId: string;
}

export interface EventsQuery {
  readonly hostId?: string | undefined;
  readonly containerId?: string | undefined;
  readonly type?: string | undefined;
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
  readonly waitSec?: number | undefined;
}

export type Hub = ReturnType<typeof openHub>;

/** What a session of better-auth is made of: the cookies that go with each later request. */
export interface HubAccess {
  readonly url: string;
  readonly token: string | null;
  readonly cookie?: string;
  readonly fetch: typeof fetch;
}

const BY_STATUS = new Map(ErrorCode.options.map((code) => [HTTP_STATUS[code], code]));

function errorOf(status: number, body: unknown): DomainError {
  const known = ErrorBody.safeParse(body);
  if (known.success) return DomainError.fromBody(known.data);
  const said = z.object({ message: z.string() }).safeParse(body);
  return new DomainError(BY_STATUS.get(status) ?? 'internal', {
    message: said.success ? said.data.message : `The hub answered HTTP ${status}.`,
  });
}

function urlOf(base: string, path: string, query: Query = {}): URL {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

const unreachable = (base: string, cause: unknown): DomainError =>
  new DomainError('host-offline', {
    message: `Cannot reach the hub at ${base}: ${reasonOf(cause)}.`,
    mend: 'Check that it runs there ("npm start"), or sign in to another with "vitrine login URL".',
    cause,
  });

/** fetch says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0]);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

async function send(access: HubAccess, request: Request): Promise<Response> {
  const headers = new Headers({ accept: 'application/json', origin: new URL(access.url).origin });
  if (access.token !== null) headers.set('authorization', `Bearer ${access.token}`);
  if (access.cookie !== undefined) headers.set('cookie', access.cookie);
  if (request.body !== undefined) headers.set('content-type', 'application/json');
  try {
    return await access.fetch(urlOf(access.url, request.path, request.query), {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw unreachable(access.url, error);
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function call<T>(access: HubAccess, answer: z.ZodType<T>, request: Request): Promise<T> {
  const response = await send(access, request);
  const body = await readJson(response);
  if (!response.ok) throw errorOf(response.status, body);
  const parsed = answer.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new DomainError('internal', {
    message: `The hub's answer to ${request.method} ${request.path} is not of the shape this vitrine knows.`,
    mend: 'Update the hub or this command line, so that both are of one version.',
    cause: parsed.error,
  });
}

const containerPath = ({ hostId, containerId }: ContainerAddress, verb = ''): string =>
  `/api/v1/hosts/${encodeURIComponent(hostId)}/containers/${encodeURIComponent(containerId)}${verb}`;

function containerVerbs(access: HubAccess) {
  const post = (path: string, body: unknown) => call(access, FleetContainerDetail, { method: 'POST', path, body });
  return {
    getContainer: (at: ContainerAddress) =>
      call(access, FleetContainerDetail, { method: 'GET', path: containerPath(at) }),
    createContainer: (
      hostId: string,
      request: { spec: ContainerSpecInput; start: boolean; idempotencyKey?: string | undefined },
    ) => post(`/api/v1/hosts/${encodeURIComponent(hostId)}/containers`, request),
    startContainer: (at: ContainerAddress) => post(containerPath(at, '/start'), {}),
    stopContainer: (at: ContainerAddress, timeoutSec?: number) =>
      post(containerPath(at, '/stop'), timeoutSec === undefined ? {} : { timeoutSec }),
    killContainer: (at: ContainerAddress, signal: string) => post(containerPath(at, '/kill'), { signal }),
    deleteContainer: (at: ContainerAddress, force: boolean) =>
      call(access, z.object({ id: z.string() }), { method: 'DELETE', path: containerPath(at), query: { force } }),
    autopsy: (at: ContainerAddress) =>
      call(access, AutopsyReport, { method: 'GET', path: containerPath(at, '/autopsy') }),
    launchTrace: (at: ContainerAddress) =>
      call(access, LaunchTrace, { method: 'GET', path: containerPath(at, '/launch-trace') }),
    logs: (at: ContainerAddress, query: { tail?: number; cursor?: string }) =>
      call(access, LogPage, { method: 'GET', path: containerPath(at, '/logs'), query }),
  };
}

/** The hub at `access.url`, acting for whoever holds the token or the cookie. */
export function openHub(access: HubAccess) {
  return {
    url: access.url,
    me: () => call(access, SessionUser, { method: 'GET', path: '/api/v1/me' }),
    listHosts: () => call(access, z.array(Host), { method: 'GET', path: '/api/v1/hosts' }),
    listContainers: (query: { hostId?: string | undefined; match?: string | undefined } = {}) =>
      call(access, z.array(FleetContainer), { method: 'GET', path: '/api/v1/containers', query }),
    listEvents: (query: EventsQuery, signal?: AbortSignal) =>
      call(access, EventsPage, {
        method: 'GET',
        path: '/api/v1/events',
        query: { ...query },
        ...(signal === undefined ? {} : { signal }),
      }),
    createJoinToken: () => call(access, NewJoinToken, { method: 'POST', path: '/api/v1/join-tokens', body: {} }),
    createApiToken: (request: z.input<typeof CreateApiToken>) =>
      call(access, NewApiToken, { method: 'POST', path: '/api/v1/api-tokens', body: request }),
    /** The only call that needs a session rather than a token. */
    changePassword: async (currentPassword: string, newPassword: string): Promise<void> => {
      await call(access, z.unknown(), {
        method: 'POST',
        path: '/api/v1/me/password',
        body: { currentPassword, newPassword },
      });
    },
    ...containerVerbs(access),
  };
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

/** A hub that acts for the session which e-mail and password open. */
export async function signIn(access: HubAccess, email: string, password: string): Promise<Hub> {
  const response = await send(access, {
    method: 'POST',
    path: '/api/auth/sign-in/email',
    body: { email, password },
  });
  if (!response.ok) throw errorOf(response.status, await readJson(response));
  return openHub({ ...access, token: null, cookie: cookiesOf(response) });
}
