'use client';
import { Button, EmptyState, Panel, SkeletonRows } from '@vitrine/ui';
import { Boxes } from 'lucide-react';
import Link from 'next/link';
import { useMemo } from 'react';
import { ContainersTable } from '../containers/containers-table.tsx';
import { useContainers, useContainersTold } from '../live/live.tsx';
import { HostCharts } from './host-charts.tsx';
import { useHostPage } from './host-page.tsx';

export function HostOverview() {
  const entry = useHostPage();
  const { host } = entry;
  const all = useContainers();
  const told = useContainersTold();
  const containers = useMemo(() => all.filter(({ hostId }) => hostId === host.id), [all, host.id]);
  return (
    <div className="space-y-5">
      {entry.history.length === 0 ? null : <HostCharts entry={entry} />}
      <Panel title="Containers" note={told ? containers.length : undefined} flush>
        {told ? (
          <ContainersTable
            containers={containers}
            withHost={false}
            empty={
              <EmptyState
                icon={Boxes}
                title={`No container on ${host.name}`}
                action={
                  host.connection === 'online' ? (
                    <Button asChild variant="primary">
                      <Link href={`/hosts/${host.id}/create`}>Create container</Link>
                    </Button>
                  ) : undefined
                }
              >
                A container is a process behind namespaces, cgroups and an overlay. The first takes one form and a few
                milliseconds.
              </EmptyState>
            }
          />
        ) : (
          <SkeletonRows label="Reading the containers" />
        )}
      </Panel>
    </div>
  );
}
