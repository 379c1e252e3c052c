import { AuditRow } from '@vitrine/protocol';
import type { AuditRow as Stored } from '../generated/sqlite/client.ts';

export const toAuditRow = (row: Stored): AuditRow => {
  const actor: unknown = JSON.parse(row.actor);
  return AuditRow.parse({ ...row, id: String(row.id), atMs: Number(row.atMs), actor });
};
