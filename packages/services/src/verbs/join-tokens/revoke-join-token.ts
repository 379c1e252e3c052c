import { DomainError, type JoinTokenRef } from '@vitrine/protocol';
import { changes } from '../../law.ts';

/** A host that has used it already stays enrolled. */
export const revokeJoinToken = changes<JoinTokenRef, JoinTokenRef>(
  { action: 'joinTokens.revoke', needs: 'admin', subject: ({ id }) => ({ target: id }) },
  async ({ hub }, { id }) => {
    if (await hub.stores.joinTokens.delete(id)) return { id };
    throw new DomainError('not-found', {
      message: `There is no join token ${id}.`,
      mend: 'List the join tokens and take an id from there.',
      field: 'id',
    });
  },
);
