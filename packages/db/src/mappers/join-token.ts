import { HostId, type JoinTokenRow } from '@vitrine/protocol';
import type { JoinToken } from '../generated/sqlite/client.ts';
import { readMs } from './time.ts';

export const toJoinTokenRow = (row: JoinToken): JoinTokenRow => ({
  id: row.id,
  createdBy: row.createdBy,
  createdAtMs: Number(row.createdAtMs),
  expiresAtMs: Number(row.expiresAtMs),
  usedAtMs: readMs(row.usedAtMs),
  usedByHostId: row.usedByHostId === null ? null : HostId.parse(row.usedByHostId),
});
