import type { ContainerId, DeleteContainerRequest } from '@vitrine/protocol';
import { changes } from '../../law.ts';

export const deleteContainer = changes<DeleteContainerRequest, { id: ContainerId }>(
  {
    action: 'containers.delete',
    needs: 'operator',
    subject: ({ hostId, containerId }) => ({ hostId, target: containerId }),
  },
  ({ hub, caller }, { hostId, containerId: id, force }) =>
    hub.fleet.link(hostId).call('containers.delete', { id, force, actor: caller.actor }),
);
