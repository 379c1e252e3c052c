import { FleetPage } from '../../features/fleet/fleet-page.tsx';

export default function Page() {
  return <FleetPage />;
}
