import { type AutopsyReport, autopsySentence, type ContainerRef } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const readAutopsy = reads<ContainerRef, AutopsyReport>(
  { needs: 'viewer' },
  async ({ hub }, { hostId, containerId: id }) => {
    const autopsy = await hub.fleet.link(hostId).call('containers.autopsy', { id });
    return { sentence: autopsySentence(autopsy), autopsy };
  },
);
