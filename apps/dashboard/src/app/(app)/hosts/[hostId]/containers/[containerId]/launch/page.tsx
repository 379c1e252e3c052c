import { Launch } from '../../../../../../../features/container/launch/launch.tsx';

export default function Page() {
  return <Launch />;
}
