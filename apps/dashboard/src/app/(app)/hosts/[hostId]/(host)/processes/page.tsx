import { HostProcesses } from '../../../../../../features/host/host-processes.tsx';

export default function Page() {
  return <HostProcesses />;
}
