import type { ContainerRef, SamplesUpdate } from '@vitrine/protocol';
import { watchThrough } from '../../fleet/watch-through.ts';
import { watches } from '../../law.ts';

export const watchSamples = watches<ContainerRef, SamplesUpdate>(
  { needs: 'viewer' },
  ({ hub }, { hostId, containerId: id }, signal) =>
    watchThrough(hub.fleet, hostId, 'containers.samples', () => ({ id }), signal),
);
