import { Logs } from '../../../../../../../features/container/logs/logs.tsx';

export default function Page() {
  return <Logs />;
}
