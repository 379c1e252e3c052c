import { ContainerSpec, type CreateContainerRequest, DomainError, type FleetContainerDetail } from '@vitrine/protocol';
import { changes } from '../../law.ts';
import { fleetDetail } from './fleet-detail.ts';

/** The host names fields of the spec; whoever asked wrote them under `spec`. */
function asAsked(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.field === null) return error;
  const [first = ''] = error.field.split('.');
  if (!(first in ContainerSpec.shape)) return error;
  return DomainError.fromBody({ ...error.toBody(), field: `spec.${error.field}` });
}

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
    try {
      return fleetDetail(hub, hostId, await link.call('containers.create', { ...request, actor: caller.actor }));
    } catch (error) {
      throw asAsked(error);
    }
  },
);
