import { HostOverview } from '../../../../../features/host/host-overview.tsx';

export default function Page() {
  return <HostOverview />;
}
