import { Config } from '../../../../../../../features/container/config/config.tsx';

export default function Page() {
  return <Config />;
}
