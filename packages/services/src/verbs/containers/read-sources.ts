import type { ContainerRef, FigureSource } from '@vitrine/protocol';
import { reads } from '../../law.ts';

/** Where each figure of that container comes from, read anew. */
export const readSources = reads<ContainerRef, FigureSource[]>(
  { needs: 'viewer' },
  ({ hub }, { hostId, containerId: id }) => hub.fleet.link(hostId).call('containers.sources', { id }),
);
