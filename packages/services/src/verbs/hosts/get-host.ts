import type { Host, HostRef } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const getHost = reads<HostRef, Host>({ needs: 'viewer' }, ({ hub }, { hostId }) => hub.fleet.host(hostId));
