import type { ApiTokenRow } from '@vitrine/protocol';
import { reads } from '../../law.ts';

/** One's own. */
export const listApiTokens = reads<void, ApiTokenRow[]>({ needs: 'viewer' }, ({ hub, caller }) =>
  hub.stores.apiTokens.list(caller.user.id),
);
