import type { FleetContainerDetail, KillContainerRequest } from '@vitrine/protocol';
import { changes } from '../../law.ts';
import { fleetDetail } from './fleet-detail.ts';

export const killContainer = changes<KillContainerRequest, FleetContainerDetail>(
  {
    action: 'containers.kill',
    needs: 'operator',
    subject: ({ hostId, containerId, signal }) => ({ hostId, target: containerId, detail: signal }),
  },
  async ({ hub, caller }, { hostId, containerId: id, signal }) => {
    const link = hub.fleet.link(hostId);
    const container = await link.call('containers.kill', { id, signal, actor: caller.actor });
    return fleetDetail(hub, hostId, container);
  },
);
