import { EventsPage } from '../../../../../../../features/container/events-page.tsx';

export default function Page() {
  return <EventsPage />;
}
