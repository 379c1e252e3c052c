import type { FleetContainer, ListContainers } from '@vitrine/protocol';
import { reads } from '../../law.ts';

/** From what the hub heard last, so a host that is away still shows its rows, with their age. */
export const listContainers = reads<ListContainers, FleetContainer[]>({ needs: 'viewer' }, ({ hub }, query) => {
  const { hostId, match } = query;
  const rows = hub.fleet.containers(hostId);
  if (match === undefined) return rows;
  return rows.filter(({ container }) => container.name === match || container.id.startsWith(match));
});
