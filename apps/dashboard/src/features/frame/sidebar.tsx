'use client';
import { roleCovers } from '@vitrine/protocol';
import { cn, Skeleton } from '@vitrine/ui';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { HostDot } from '../host/host-state.tsx';
import { useContainers, useFleetTold, useHosts } from '../live/live.tsx';
import { useUser } from '../session/session.tsx';
import { Mark } from './mark.tsx';
import { isActive, PAGES, SETTINGS, type PageLink } from './pages.ts';

const ITEM =
  'relative flex h-8 items-center gap-2.5 rounded-md px-2.5 transition-colors duration-150 hover:bg-hover touch:h-11';

type ItemProps = { href: string; active: boolean; children: ReactNode; onGo: () => void };

const Item = ({ href, active, children, onGo }: ItemProps) => (
  <li>
    <Link
      prefetch={false}
      href={href}
      onClick={onGo}
      aria-current={active ? 'page' : undefined}
      className={cn(ITEM, active ? 'bg-hover font-medium text-ink' : 'text-muted hover:text-ink')}
    >
      {active ? <span aria-hidden className="absolute inset-y-1.5 left-0 w-0.5 rounded-full bg-accent" /> : null}
      {children}
    </Link>
  </li>
);

function PageItem({ page, count, onGo }: { page: PageLink; count?: number; onGo: () => void }) {
  const path = usePathname();
  const Icon = page.icon;
  return (
    <Item href={page.href} active={isActive(page.href, path)} onGo={onGo}>
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <span className="flex-1 truncate">{page.label}</span>
      {count === undefined ? null : <span className="kernel text-faint">{count}</span>}
    </Item>
  );
}

function Hosts({ onGo }: { onGo: () => void }) {
  const hosts = useHosts();
  const told = useFleetTold();
  const path = usePathname();
  const online = hosts.filter(({ host }) => host.connection === 'online').length;
  return (
    <section aria-labelledby="sidebar-hosts" className="flex min-h-0 flex-col">
      <div className="flex items-center gap-2 px-2.5 pt-4 pb-1 text-xs text-muted">
        <h2 id="sidebar-hosts" className="flex-1">
          Hosts
        </h2>
        {told && hosts.length > 0 ? (
          <span className="kernel" title={`${online} of ${hosts.length} online`}>
            {online}/{hosts.length}
          </span>
        ) : null}
        <Link
          prefetch={false}
          href="/?add-host"
          onClick={onGo}
          aria-label="Add host"
          title="Add host"
          className="inline-flex size-6 items-center justify-center rounded-sm hover:bg-hover hover:text-ink touch:size-11"
        >
          <Plus aria-hidden className="size-3.5" />
        </Link>
      </div>
      <ul className="min-h-0 space-y-px overflow-y-auto">
        {told ? null : (
          <li className="px-2.5 py-2">
            <Skeleton className="h-3 w-24" />
          </li>
        )}
        {hosts.map(({ host }) => (
          <Item key={host.id} href={`/hosts/${host.id}`} active={isActive(`/hosts/${host.id}`, path)} onGo={onGo}>
            <HostDot connection={host.connection} className="mx-1" />
            <span className={cn('kernel flex-1 truncate', host.connection !== 'online' && 'text-faint')}>
              {host.name}
            </span>
            <span className="kernel text-faint" title={`${host.sample?.containers.running ?? 0} running`}>
              {host.sample?.containers.running ?? ''}
            </span>
          </Item>
        ))}
      </ul>
    </section>
  );
}

/** Where one can go. `onGo` closes it where it is a drawer. */
export function Sidebar({ onGo = () => undefined }: { onGo?: () => void }) {
  const user = useUser();
  const containers = useContainers();
  const running = containers.filter(({ container }) => container.status === 'running').length;
  return (
    <nav aria-label="Main" className="flex h-full flex-col px-2 pb-3">
      <Link
        prefetch={false}
        href="/"
        onClick={onGo}
        className="mb-2 flex h-12 shrink-0 items-center gap-2.5 rounded-md px-2.5 text-base font-semibold tracking-tight"
      >
        <Mark className="size-5" />
        Vitrine
      </Link>
      <ul className="space-y-px">
        {PAGES.filter(({ needs }) => needs === undefined || roleCovers(user.role, needs)).map((page) => (
          <PageItem
            key={page.href}
            page={page}
            onGo={onGo}
            {...(page.href === '/containers' ? { count: running } : {})}
          />
        ))}
      </ul>
      <Hosts onGo={onGo} />
      <ul className="mt-auto border-t pt-2">
        <PageItem page={SETTINGS} onGo={onGo} />
      </ul>
    </nav>
  );
}
