'use client';
import { Panel, SkeletonRows } from '@vitrine/ui';
import { AutopsyFace } from './autopsy/autopsy-face.tsx';
import { useContainerPage } from './container-context.ts';
import { EventList } from './event-list.tsx';
import { useContainerEvents } from './use-container-events.ts';

/** All that happened to a container, and, once it has ended, why it did. */
export function EventsPage() {
  const { detail } = useContainerPage();
  return detail.status === 'stopped' ? <AutopsyFace /> : <Events />;
}

function Events() {
  const { containerRef } = useContainerPage();
  const { events, stream } = useContainerEvents(containerRef);
  return (
    <Panel title="Events" note="Newest first; kept also when the container is deleted">
      {events.length === 0 && stream.status === 'connecting' ? (
        <SkeletonRows rows={4} label="Loading the events" />
      ) : (
        <EventList events={events} />
      )}
    </Panel>
  );
}
