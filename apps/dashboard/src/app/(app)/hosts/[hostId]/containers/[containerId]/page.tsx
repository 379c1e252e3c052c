import { Overview } from '../../../../../../features/container/overview/overview.tsx';

export default function Page() {
  return <Overview />;
}
