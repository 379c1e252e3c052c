import type { LogPage, LogsRequest } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const readLogs = reads<LogsRequest, LogPage>({ needs: 'viewer' }, ({ hub }, request) => {
  const { hostId, containerId: id, tail, cursor } = request;
  return hub.fleet.link(hostId).call('containers.logs', { id, tail, ...(cursor === undefined ? {} : { cursor }) });
});
