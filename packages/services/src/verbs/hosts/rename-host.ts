import type { Host, RenameHost } from '@vitrine/protocol';
import { changes } from '../../law.ts';

export const renameHost = changes<RenameHost, Host>(
  { action: 'hosts.rename', needs: 'admin', subject: ({ hostId, name }) => ({ hostId, target: name }) },
  async ({ hub }, { hostId, name }) => {
    hub.fleet.host(hostId);
    await hub.stores.hosts.rename(hostId, name);
    hub.fleet.rename(hostId, name);
    return hub.fleet.host(hostId);
  },
);
