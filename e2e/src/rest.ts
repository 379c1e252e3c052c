import type { z } from 'zod';

/** The hub's REST interface as `curl` would use it: a path, an answer, a status. */
export interface Rest {
  readonly url: string;
  readonly token: string;
  readonly get: <T>(path: string, schema: z.ZodType<T>) => Promise<T>;
  readonly post: <T>(path: string, body: unknown, schema: z.ZodType<T>) => Promise<T>;
  readonly delete: (path: string) => Promise<void>;
  /** The answer as it came, whatever its status. */
  readonly raw: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
}

export interface Sender {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function send({ url, headers }: Sender, method: string, path: string, body?: unknown) {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown), response };
}

export function openRest(url: string, token: string): Rest {
  const sender = { url, headers: { authorization: `Bearer ${token}` } };
  const done = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await send(sender, method, path, body);
    if (answer.status < 400) return answer.body;
    throw new Error(`${method} ${path}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  return {
    url,
    token,
    get: async (path, schema) => schema.parse(await done('GET', path)),
    post: async (path, body, schema) => schema.parse(await done('POST', path, body)),
    delete: async (path) => {
      await done('DELETE', path);
    },
    raw: async (method, path, body) => {
      const answer = await send(sender, method, path, body);
      return { status: answer.status, body: answer.body };
    },
  };
}

export interface Admin {
  readonly email: string;
  readonly password: string;
}

/** Cookies of a new session, as a `Cookie` header. */
async function signIn(url: string, { email, password }: Admin): Promise<string> {
  const { status, body, response } = await send({ url, headers: { origin: url } }, 'POST', '/api/auth/sign-in/email', {
    email,
    password,
  });
  if (status !== 200) throw new Error(`signing in as ${email}: HTTP ${status} ${JSON.stringify(body)}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

/** The first admin's way in without a browser: one-time password, own password, API token. */
export async function settleAdmin(url: string, first: Admin, password: string): Promise<string> {
  const asFirst = { url, headers: { origin: url, cookie: await signIn(url, first) } };
  const changed = await send(asFirst, 'POST', '/api/v1/me/password', {
    currentPassword: first.password,
    newPassword: password,
  });
  if (changed.status !== 200)
    throw new Error(`changing the password: HTTP ${changed.status} ${JSON.stringify(changed.body)}`);
  const settled = { url, headers: { origin: url, cookie: await signIn(url, { email: first.email, password }) } };
  const made = await send(settled, 'POST', '/api/v1/api-tokens', { name: 'e2e', role: 'admin' });
  if (made.status !== 200) throw new Error(`making a token: HTTP ${made.status} ${JSON.stringify(made.body)}`);
  return (made.body as { token: string }).token;
}
