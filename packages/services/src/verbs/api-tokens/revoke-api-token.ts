import { type ApiTokenRef, DomainError } from '@vitrine/protocol';
import { changes } from '../../law.ts';

export const revokeApiToken = changes<ApiTokenRef, ApiTokenRef>(
  { action: 'apiTokens.revoke', needs: 'viewer', subject: ({ id }) => ({ target: id }) },
  async ({ hub, caller }, { id }) => {
    if (await hub.stores.apiTokens.delete(caller.user.id, id)) return { id };
    throw new DomainError('not-found', {
      message: `You have no API token ${id}.`,
      mend: 'List your API tokens and take an id from there.',
      field: 'id',
    });
  },
);
