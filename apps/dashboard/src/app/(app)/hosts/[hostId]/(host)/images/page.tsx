import { HostImages } from '../../../../../../features/host/host-images.tsx';

export default function Page() {
  return <HostImages />;
}
