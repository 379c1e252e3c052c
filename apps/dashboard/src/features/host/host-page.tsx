'use client';
import type { HostId } from '@vitrine/protocol';
import { Age, Button, ErrorState, Notice, PageHeader, Skeleton, Stale, TabLink, TabNav } from '@vitrine/ui';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { createContext, useContext, type ReactNode } from 'react';
import { useCrumbs } from '../frame/crumbs.tsx';
import { staleSince, useFleetTold, useHostEntry, type HostEntry } from '../live/live.tsx';
import { useRoleLack } from '../session/session.tsx';
import { HostMenu } from './host-menu.tsx';
import { HostStateBadge } from './host-state.tsx';

const HostContext = createContext<HostEntry | null>(null);

/** The host that all parts of the page are about. */
export function useHostPage(): HostEntry {
  const entry = useContext(HostContext);
  if (entry === null) throw new Error('HostPage is missing above this component.');
  return entry;
}

const TABS = [
  { path: '', label: 'Overview' },
  { path: '/processes', label: 'Processes' },
  { path: '/images', label: 'Images' },
  { path: '/kernel', label: 'Kernel' },
] as const;

const Shape = () => (
  <div aria-busy="true">
    <p className="sr-only">Reading the host</p>
    <Skeleton className="mb-4 h-7 w-56" />
    <Skeleton className="mb-4 h-9 w-full" />
    <Skeleton className="h-72 w-full" />
  </div>
);

function CreateButton({ entry: { host } }: { entry: HostEntry }) {
  const lack = useRoleLack('operator');
  const away = host.connection === 'online' ? undefined : `${host.name} is ${host.connection}; it cannot be asked.`;
  const reason = lack ?? away;
  if (reason !== undefined) {
    return (
      <Button variant="primary" disabledReason={reason}>
        <Plus aria-hidden className="size-3.5" />
        Create container
      </Button>
    );
  }
  return (
    <Button variant="primary" asChild>
      <Link href={`/hosts/${host.id}/create`}>
        <Plus aria-hidden className="size-3.5" />
        Create container
      </Link>
    </Button>
  );
}

const WHY: Record<'stale' | 'offline' | 'revoked', string> = {
  stale: 'It has been silent for more than five seconds.',
  offline:
    'It has been silent for more than 15 seconds. Its containers run on without the hub; look whether the host is up and its agent runs.',
  revoked: 'Its key is refused. Its containers run on, but nobody sees them from here.',
};

function Silence({ entry: { host } }: { entry: HostEntry }) {
  if (host.connection === 'online') return null;
  return (
    <Notice tone={host.connection === 'stale' ? 'warn' : 'bad'} className="mb-4">
      <span className="font-medium">
        {host.name} is {host.connection}.
      </span>{' '}
      {WHY[host.connection]}{' '}
      {host.lastSeenAtMs === null ? (
        'It was never heard.'
      ) : (
        <>
          Last heard <Age atMs={host.lastSeenAtMs} /> ago; what is shown is from then.
        </>
      )}
    </Notice>
  );
}

/** What stays of a host's page from tab to tab. */
export function HostPage({ hostId, children }: { hostId: HostId; children: ReactNode }) {
  const entry = useHostEntry(hostId);
  const told = useFleetTold();
  const path = usePathname();
  useCrumbs([{ label: 'Fleet', href: '/' }, { label: entry?.host.name ?? 'Host' }]);

  if (entry === undefined) {
    if (!told) return <Shape />;
    return (
      <ErrorState
        title="There is no such host"
        why="It was removed from the fleet, or the address is wrong."
        action={
          <Button asChild>
            <Link href="/">All hosts</Link>
          </Button>
        }
      />
    );
  }
  const { host } = entry;
  return (
    <HostContext value={entry}>
      <PageHeader
        title={<span className="kernel">{host.name}</span>}
        actions={
          <>
            <CreateButton entry={entry} />
            <HostMenu host={host} />
          </>
        }
      >
        <HostStateBadge connection={host.connection} />
        {host.info === null ? null : (
          <>
            <span>{host.info.os}</span>
            <span className="kernel">{host.info.kernel}</span>
            <span>
              up <Age atMs={host.info.bootedAtMs} />
            </span>
          </>
        )}
      </PageHeader>
      <Silence entry={entry} />
      <TabNav label={`Parts of ${host.name}`}>
        {TABS.map(({ path: part, label }) => {
          const href = `/hosts/${host.id}${part}`;
          return (
            <TabLink key={part} active={path === href}>
              <Link href={href}>{label}</Link>
            </TabLink>
          );
        })}
      </TabNav>
      <Stale sinceMs={staleSince(host)} note={false}>
        {children}
      </Stale>
    </HostContext>
  );
}
