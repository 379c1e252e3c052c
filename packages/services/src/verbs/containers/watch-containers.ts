import type { FleetContainersUpdate, WatchContainers } from '@vitrine/protocol';
import { watches } from '../../law.ts';

export const watchContainers = watches<WatchContainers, FleetContainersUpdate>(
  { needs: 'viewer' },
  ({ hub }, { hostId }, signal) => hub.fleet.watchContainers(hostId, signal),
);
