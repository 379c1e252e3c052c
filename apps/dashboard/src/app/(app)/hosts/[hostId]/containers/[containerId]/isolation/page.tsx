import { Isolation } from '../../../../../../../features/container/isolation/isolation.tsx';

export default function Page() {
  return <Isolation />;
}
