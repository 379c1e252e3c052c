import type { FleetUpdate } from '@vitrine/protocol';
import { watches } from '../../law.ts';

export const watchFleet = watches<void, FleetUpdate>({ needs: 'viewer' }, ({ hub }, _input, signal) =>
  hub.fleet.watch(signal),
);
