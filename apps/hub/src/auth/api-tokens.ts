import {
  type ApiTokenRow,
  type CreateApiToken,
  DomainError,
  type NewApiToken,
  Role,
  roleCovers,
} from '@vitrine/protocol';
import type { Caller } from '@vitrine/services';
import type { OpenDb } from '@vitrine/db';
import type { Auth } from './create-auth.ts';
import { toSessionUser } from './session-user.ts';

const DAY_SEC = 24 * 60 * 60;

export async function createApiToken(auth: Auth, caller: Caller, input: CreateApiToken): Promise<NewApiToken> {
  const { name, role, expiresInDays } = input;
  const made = await auth.api.createApiKey({
    body: {
      name,
      userId: caller.user.id,
      metadata: { role },
      ...(expiresInDays === undefined ? {} : { expiresIn: expiresInDays * DAY_SEC }),
    },
  });
  const row: ApiTokenRow = {
    id: made.id,
    name,
    start: made.start ?? '',
    role,
    createdAtMs: made.createdAt.getTime(),
    expiresAtMs: made.expiresAt?.getTime() ?? null,
    lastUsedAtMs: null,
  };
  return { row, token: made.key };
}

const notGood = (): DomainError =>
  new DomainError('unauthenticated', {
    message: 'The API token is unknown, expired or revoked.',
    mend: 'Make a new one in the dashboard: Settings, API tokens.',
  });

/** Whoever made the token, with the lesser of their role now and the token's. */
export async function callerOfToken(auth: Auth, prisma: OpenDb['prisma'], token: string): Promise<Caller> {
  const { valid, key } = await auth.api.verifyApiKey({ body: { key: token } });
  if (!valid || key === null) throw notGood();
  const row = await prisma.user.findUnique({ where: { id: key.referenceId } });
  if (row === null) throw notGood();
  const user = toSessionUser(row);
  const limit = Role.safeParse(key.metadata?.['role']).data ?? 'viewer';
  const role = roleCovers(user.role, limit) ? limit : user.role;
  const { id, name } = user;
  return { user, role, actor: { kind: 'user', id, name, via: 'api-token', tokenName: key.name ?? '' } };
}
