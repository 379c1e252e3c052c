import { HostKernel } from '../../../../../../features/host/host-kernel.tsx';

export default function Page() {
  return <HostKernel />;
}
