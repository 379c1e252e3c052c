import type { CreateContainerRequest, FleetContainerDetail } from '@vitrine/protocol';
import { changes } from '../../law.ts';
import { fleetDetail } from './fleet-detail.ts';

/** The host remembers idempotency keys, so a request repeated after a broken connection makes no second container. */
export const createContainer = changes<CreateContainerRequest, FleetContainerDetail>(
  {
    action: 'containers.create',
    needs: 'operator',
    subject: ({ hostId, spec }, output) => ({
      hostId,
      target: output?.container.id ?? spec.name ?? spec.image,
      ...(output === undefined ? {} : { detail: `${output.container.name} of ${output.container.image}` }),
    }),
  },
  async ({ hub, caller }, { hostId, ...request }) => {
    const link = hub.fleet.link(hostId);
    return fleetDetail(hub, hostId, await link.call('containers.create', { ...request, actor: caller.actor }));
  },
);
