import type { AuditPage, ListAudit } from '@vitrine/protocol';
import { reads } from '../../law.ts';

export const listAudit = reads<ListAudit, AuditPage>({ needs: 'admin' }, async ({ hub }, query) => {
  const rows = await hub.stores.audit.list(query);
  return { rows, nextBefore: rows.length < query.limit ? null : (rows.at(-1)?.id ?? null) };
});
