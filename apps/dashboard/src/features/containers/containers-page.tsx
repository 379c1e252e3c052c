'use client';
import { Button, DropdownMenu, EmptyState, MenuItem, MenuLabel, PageHeader, Panel, SkeletonRows } from '@vitrine/ui';
import { Boxes, ChevronDown, Plus } from 'lucide-react';
import Link from 'next/link';
import { HostDot } from '../host/host-state.tsx';
import { useCrumbs } from '../frame/crumbs.tsx';
import { useContainers, useContainersTold, useHosts } from '../live/live.tsx';
import { useRoleLack } from '../session/session.tsx';
import { ContainersTable } from './containers-table.tsx';

/** Creating begins with where: at once when there is only one host. */
function CreateContainer() {
  const lack = useRoleLack('operator');
  const hosts = useHosts().filter(({ host }) => host.connection === 'online');
  const only = hosts.length === 1 ? hosts[0] : undefined;
  const reason = lack ?? (hosts.length === 0 ? 'No host is online.' : undefined);
  const label = (
    <>
      <Plus aria-hidden className="size-3.5" />
      Create container
    </>
  );
  if (reason !== undefined) {
    return (
      <Button variant="primary" disabledReason={reason}>
        {label}
      </Button>
    );
  }
  if (only !== undefined) {
    return (
      <Button variant="primary" asChild>
        <Link href={`/hosts/${only.host.id}/create`}>{label}</Link>
      </Button>
    );
  }
  return (
    <DropdownMenu
      label="Create a container on"
      trigger={
        <Button variant="primary">
          {label}
          <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      }
    >
      <MenuLabel>On which host?</MenuLabel>
      {hosts.map(({ host }) => (
        <MenuItem key={host.id} asChild>
          <Link href={`/hosts/${host.id}/create`}>
            <HostDot connection={host.connection} />
            <span className="kernel">{host.name}</span>
          </Link>
        </MenuItem>
      ))}
    </DropdownMenu>
  );
}

/** All containers of the fleet. */
export function ContainersPage() {
  useCrumbs([{ label: 'Containers' }]);
  const containers = useContainers();
  const told = useContainersTold();
  return (
    <>
      <PageHeader title="Containers" actions={<CreateContainer />} />
      <Panel flush>
        {told ? (
          <ContainersTable
            containers={containers}
            withHost
            empty={
              <EmptyState icon={Boxes} title="No container yet" action={<CreateContainer />}>
                A container is a process behind namespaces, cgroups and an overlay. The first takes one form and a few
                milliseconds.
              </EmptyState>
            }
          />
        ) : (
          <SkeletonRows rows={8} label="Reading the containers" />
        )}
      </Panel>
    </>
  );
}
