import { Processes } from '../../../../../../../features/container/processes/processes.tsx';

export default function Page() {
  return <Processes />;
}
