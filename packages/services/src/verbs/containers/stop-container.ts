import type { FleetContainerDetail, StopContainerRequest } from '@vitrine/protocol';
import { changes } from '../../law.ts';
import { fleetDetail } from './fleet-detail.ts';

/** Answers when the host has taken the request; the end itself is an event. */
export const stopContainer = changes<StopContainerRequest, FleetContainerDetail>(
  {
    action: 'containers.stop',
    needs: 'operator',
    subject: ({ hostId, containerId }) => ({ hostId, target: containerId }),
  },
  async ({ hub, caller }, { hostId, containerId: id, timeoutSec }) => {
    const link = hub.fleet.link(hostId);
    const container = await link.call('containers.stop', {
      id,
      actor: caller.actor,
      ...(timeoutSec === undefined ? {} : { timeoutSec }),
    });
    return fleetDetail(hub, hostId, container);
  },
);
