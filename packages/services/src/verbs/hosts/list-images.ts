import type { HostRef, Image } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const listImages = reads<HostRef, Image[]>({ needs: 'viewer' }, ({ hub }, { hostId }) =>
  hub.fleet.link(hostId).call('images.list', {}),
);
