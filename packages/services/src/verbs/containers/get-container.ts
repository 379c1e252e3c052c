import type { ContainerRef, FleetContainerDetail } from '@vitrine/protocol';
import { reads } from '../../law.ts';
import { fleetDetail } from './fleet-detail.ts';

export const getContainer = reads<ContainerRef, FleetContainerDetail>(
  { needs: 'viewer' },
  async ({ hub }, { hostId, containerId: id }) =>
    fleetDetail(hub, hostId, await hub.fleet.link(hostId).call('containers.get', { id })),
);
