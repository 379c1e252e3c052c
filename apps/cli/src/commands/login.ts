import { DomainError } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import type { CliContext } from '../context.ts';
import type { Hub } from '../hub.ts';

const SHORTEST_PASSWORD = 12;

function hubUrl(text: string): string {
  const withScheme = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (URL.canParse(withScheme)) return new URL(withScheme).origin;
  throw new DomainError('invalid-input', {
    message: `"${text}" is not the address of a hub.`,
    mend: 'Write it as in "http://127.0.0.1:7080".',
  });
}

async function newPassword({ prompt, warn }: CliContext): Promise<string> {
  for (;;) {
    const first = await prompt.secret('New password: ');
    if (first.length < SHORTEST_PASSWORD) {
      warn(`A password needs at least ${SHORTEST_PASSWORD} characters.`);
      continue;
    }
    if ((await prompt.secret('The same again: ')) === first) return first;
    warn('The two are not the same.');
  }
}

/** The one-time password opens nothing but the way to a password of one's own. */
async function settleFirstPassword(context: CliContext, session: Hub, oneTime: string): Promise<string> {
  context.warn('This password was for once only; set your own now.');
  const chosen = await newPassword(context);
  await session.changePassword(oneTime, chosen);
  return chosen;
}

async function tokenByPassword(context: CliContext, url: string, email: string | undefined): Promise<string> {
  const { prompt } = context;
  if (!prompt.isPossible) {
    throw new DomainError('unauthenticated', {
      message: 'Nobody can be asked for a password: standard input is not a terminal.',
      mend: 'Give an API token with "--token" or in VITRINE_TOKEN; make one in the dashboard under Settings.',
    });
  }
  const address = email ?? (await prompt.line('E-mail: '));
  const password = await prompt.secret('Password: ');
  const session = await context.signIn(url, address, password);
  const { role, mustChangePassword } = await session.me();
  // Changing a password ends its sessions, so the new one opens another.
  const settled = mustChangePassword
    ? await context.signIn(url, address, await settleFirstPassword(context, session, password))
    : session;
  const { token } = await settled.createApiToken({ name: `vitrine on ${context.machineName}`, role });
  return token;
}

export const login = defineCommand({
  name: 'login',
  summary: 'Sign in to a hub and keep an API token for it.',
  usage: 'URL [options]',
  arity: [1, 1],
  options: {
    email: { type: 'string', value: 'ADDRESS', help: 'who signs in; asked for when left out' },
    token: { type: 'string', value: 'TOKEN', help: 'use this API token instead of a password' },
    json: JSON_OPTION,
  },
  run: async ({ context, values, positionals: [address = ''] }) => {
    const url = hubUrl(address);
    const token = values.token ?? (await tokenByPassword(context, url, values.email));
    const user = await context.connect(url, token).me();
    await context.credentials.write({ hubUrl: url, token });
    const answer = { hubUrl: url, email: user.email, role: user.role, credentials: context.credentials.path };
    context.print(
      values.json === true
        ? JSON.stringify(answer)
        : `Signed in to ${url} as ${user.email} (${user.role}). The token is in ${context.credentials.path}.`,
    );
    return 0;
  },
});
