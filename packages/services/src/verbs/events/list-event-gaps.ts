import type { EventGap, ListEventGaps } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const listEventGaps = reads<ListEventGaps, EventGap[]>({ needs: 'viewer' }, ({ hub }, { hostId }) =>
  hub.stores.events.listGaps(hostId),
);
