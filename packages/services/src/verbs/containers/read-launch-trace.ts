import type { ContainerRef, LaunchTrace } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const readLaunchTrace = reads<ContainerRef, LaunchTrace>(
  { needs: 'viewer' },
  ({ hub }, { hostId, containerId: id }) => hub.fleet.link(hostId).call('containers.launchTrace', { id }),
);
