import { DomainError, ErrorBody } from '@vitrine/protocol';

async function post(path: string, body: unknown): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new DomainError('host-offline', {
      message: 'The hub does not answer.',
      mend: 'Check that it runs and that this machine reaches it, then try again.',
      cause,
    });
  }
  if (answer.ok) return;
  const said = ErrorBody.safeParse(await answer.json().catch(() => null));
  if (said.success) throw DomainError.fromBody(said.data);
  throw new DomainError('internal', { message: `The hub answered ${answer.status} ${answer.statusText}.` });
}

/** Makes a session cookie. Throws DomainError: 'unauthenticated' for a wrong e-mail or password, 'rate-limited' after too many. */
export const signIn = (email: string, password: string): Promise<void> =>
  post('/api/auth/sign-in/email', { email, password });

export const signOut = (): Promise<void> => post('/api/auth/sign-out', {});
