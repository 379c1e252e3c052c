import type { Host, HostRef } from '@vitrine/protocol';
import { changes } from '../../law.ts';

/** Its key is refused from now on and its connection ends. Its containers run on: the hub only stops listening. */
export const revokeHost = changes<HostRef, Host>(
  { action: 'hosts.revoke', needs: 'admin', subject: ({ hostId }) => ({ hostId, target: hostId }) },
  async ({ hub }, { hostId }) => {
    hub.fleet.host(hostId);
    const atMs = hub.now();
    await hub.stores.hosts.revoke(hostId, atMs);
    hub.fleet.revoke(hostId, atMs);
    return hub.fleet.host(hostId);
  },
);
