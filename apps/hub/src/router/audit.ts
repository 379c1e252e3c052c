import { AuditPage, ListAudit } from '@vitrine/protocol';
import { listAudit } from '@vitrine/services';
import { procedure, rest, router } from './trpc.ts';

export const auditRouter = router({
  list: procedure
    .meta(rest('GET', '/audit', 'Who changed what, newest first'))
    .input(ListAudit)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx, input)),
});
