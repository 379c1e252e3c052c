import { EventsPage } from '../../../features/events/events-page.tsx';

export default function Page() {
  return <EventsPage />;
}
