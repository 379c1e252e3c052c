'use client';
import type { FleetEvent } from '@vitrine/protocol';
import { Panel } from '@vitrine/ui';
import Link from 'next/link';
import { useContainerPage } from '../container-context.ts';
import { containerPath } from '../container-tabs.tsx';
import { EventList } from '../event-list.tsx';
import { SmallTree } from './small-tree.tsx';
import { WhatLastsList } from './what-lasts-list.tsx';

/** Beside the charts: its processes, what happened last, and what will be lost. */
export function Aside({ events }: { events: readonly FleetEvent[] }) {
  const { containerRef, detail } = useContainerPage();
  const base = containerPath(containerRef.hostId, containerRef.containerId);
  return (
    <div className="grid content-start gap-4 md:grid-cols-2 xl:grid-cols-1">
      <Panel
        title="Processes"
        actions={<More href={`${base}/processes`} of="processes" />}
        flush
        className="md:row-span-2 xl:row-span-1"
      >
        <SmallTree href={`${base}/processes`} />
      </Panel>
      <Panel title="Last events" actions={<More href={`${base}/events`} of="events" />}>
        <EventList events={events.slice(0, 5)} />
      </Panel>
      <Panel title="When PID 1 ends">
        <WhatLastsList detail={detail} />
      </Panel>
    </div>
  );
}

const More = ({ href, of }: { href: string; of: string }) => (
  <Link href={href} scroll={false} className="text-xs text-accent hover:underline" aria-label={`All ${of}`}>
    all
  </Link>
);
