import type { ContainerDetail, FleetContainerDetail, HostId } from '@vitrine/protocol';
import type { Hub } from '../../ask.ts';

export const fleetDetail = (hub: Hub, hostId: HostId, container: ContainerDetail): FleetContainerDetail => ({
  hostId,
  hostName: hub.fleet.host(hostId).name,
  container,
});
