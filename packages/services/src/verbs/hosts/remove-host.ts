import type { HostRef } from '@vitrine/protocol';
import { changes } from '../../law.ts';

/** Revokes it and takes it off the list. Its events and audit rows stay. */
export const removeHost = changes<HostRef, HostRef>(
  { action: 'hosts.remove', needs: 'admin', subject: ({ hostId }) => ({ hostId, target: hostId }) },
  async ({ hub }, { hostId }) => {
    hub.fleet.host(hostId);
    await hub.stores.hosts.remove(hostId, hub.now());
    hub.fleet.remove(hostId);
    return { hostId };
  },
);
