import { type ApiTokenRef, DomainError, roleCovers } from '@vitrine/protocol';
import { changes } from '../../law.ts';

/** One's own; a limited token cannot take away those that may do more than itself. */
export const revokeApiToken = changes<ApiTokenRef, ApiTokenRef>(
  { action: 'apiTokens.revoke', needs: 'viewer', subject: ({ id }) => ({ target: id }) },
  async ({ hub, caller }, { id }) => {
    const asked = (await hub.stores.apiTokens.list(caller.user.id)).find((token) => token.id === id);
    if (asked !== undefined && !roleCovers(caller.role, asked.role)) {
      throw new DomainError('forbidden', {
        message: `A token with the role "${asked.role}" cannot be revoked with the role "${caller.role}".`,
        mend: 'Sign in with the password and revoke it in the dashboard: Settings, API tokens.',
      });
    }
    if (await hub.stores.apiTokens.delete(caller.user.id, id)) return { id };
    throw new DomainError('not-found', {
      message: `You have no API token ${id}.`,
      mend: 'List your API tokens and take an id from there.',
      field: 'id',
    });
  },
);
