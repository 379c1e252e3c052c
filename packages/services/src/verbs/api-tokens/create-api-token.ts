import { type CreateApiToken, DomainError, type NewApiToken, roleCovers } from '@vitrine/protocol';
import { changes } from '../../law.ts';

/** A token can do no more than whoever makes it, and none is made by a token: its offspring would outlive its revocation. */
export const createApiToken = changes<CreateApiToken, NewApiToken>(
  {
    action: 'apiTokens.create',
    needs: 'viewer',
    subject: ({ name, role }, output) => ({
      target: output?.row.id ?? name,
      detail: `"${name}" with the role "${role}"`,
    }),
  },
  async ({ accounts, caller }, input) => {
    if (caller.actor.kind === 'user' && caller.actor.via === 'api-token') {
      throw new DomainError('forbidden', {
        message: 'An API token cannot make another one.',
        mend: 'Sign in with the password and make it in the dashboard: Settings, API tokens.',
      });
    }
    if (!roleCovers(caller.role, input.role)) {
      throw new DomainError('forbidden', {
        message: `A token cannot have the role "${input.role}" when its maker has "${caller.role}".`,
        mend: `Ask for "${caller.role}" or less.`,
        field: 'role',
      });
    }
    return accounts.createToken(caller, input);
  },
);
