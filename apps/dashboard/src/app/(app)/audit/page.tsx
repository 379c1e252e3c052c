import { AuditPage } from '../../../features/events/audit-page.tsx';

export default function Page() {
  return <AuditPage />;
}
