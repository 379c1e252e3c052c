import type { ProcessUpdate, WatchProcesses } from '@vitrine/protocol';
import { watchThrough } from '../../fleet/watch-through.ts';
import { watches } from '../../law.ts';

export const watchProcesses = watches<WatchProcesses, ProcessUpdate>(
  { needs: 'viewer' },
  ({ hub }, { hostId, containerId }, signal) =>
    watchThrough(
      hub.fleet,
      hostId,
      'processes.watch',
      () => (containerId === undefined ? {} : { containerId }),
      signal,
    ),
);
