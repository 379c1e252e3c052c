import type { ContainerRef, FleetContainerDetail } from '@vitrine/protocol';
import { changes } from '../../law.ts';
import { fleetDetail } from './fleet-detail.ts';

export const startContainer = changes<ContainerRef, FleetContainerDetail>(
  {
    action: 'containers.start',
    needs: 'operator',
    subject: ({ hostId, containerId }) => ({ hostId, target: containerId }),
  },
  async ({ hub, caller }, { hostId, containerId: id }) => {
    const link = hub.fleet.link(hostId);
    const container = await link.call('containers.start', { id, actor: caller.actor });
    return fleetDetail(hub, hostId, container);
  },
);
