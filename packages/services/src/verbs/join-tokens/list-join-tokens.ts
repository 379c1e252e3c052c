import type { JoinTokenRow } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const listJoinTokens = reads<void, JoinTokenRow[]>({ needs: 'admin' }, ({ hub }) =>
  hub.stores.joinTokens.list(),
);
