import type { ContainerRef, Isolation } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const readIsolation = reads<ContainerRef, Isolation>(
  { needs: 'viewer' },
  ({ hub }, { hostId, containerId: id }) => hub.fleet.link(hostId).call('containers.isolation', { id }),
);
