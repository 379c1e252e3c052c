'use client';
import { useQueries } from '@tanstack/react-query';
import { roleCovers } from '@vitrine/protocol';
import { CommandGroup, CommandItem, CommandPalette } from '@vitrine/ui';
import { Box, KeyRound, Layers, LogOut, Moon, Plus, Server, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { matches } from '../containers/container-filter.ts';
import { ContainerStateBadge } from '../containers/container-state-badge.tsx';
import { HostDot } from '../host/host-state.tsx';
import { useContainers, useHosts } from '../live/live.tsx';
import { useSignOut, useUser } from '../session/session.tsx';
import { PAGES, SETTINGS } from './pages.ts';

const ICON = 'size-4';

/** Few enough to draw at once; who types more finds the others. */
const MOST_CONTAINERS = 60;

type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void };

function Images({ go }: { go: (href: string) => void }) {
  const trpc = useTRPC();
  const hosts = useHosts().filter(({ host }) => host.connection === 'online');
  const answers = useQueries({
    queries: hosts.map(({ host }) => trpc.hosts.images.queryOptions({ hostId: host.id }, { staleTime: 60_000 })),
  });
  const rows = hosts.flatMap(({ host }, index) => (answers[index]?.data ?? []).map((image) => ({ host, image })));
  if (rows.length === 0) return null;
  return (
    <CommandGroup heading="Images">
      {rows.map(({ host, image }) => (
        <CommandItem
          key={`${host.id} ${image.reference}`}
          value={`image ${image.reference} ${host.id}`}
          keywords={[host.name]}
          icon={<Layers aria-hidden className={ICON} />}
          note={host.name}
          onSelect={() => go(`/hosts/${host.id}/images`)}
        >
          <span className="kernel">{image.reference}</span>
        </CommandItem>
      ))}
    </CommandGroup>
  );
}

function Actions({ go, close }: { go: (href: string) => void; close: () => void }) {
  const hosts = useHosts();
  const user = useUser();
  const signOut = useSignOut();
  const { resolvedTheme, setTheme } = useTheme();
  const other = resolvedTheme === 'dark' ? 'light' : 'dark';
  const mayCreate = roleCovers(user.role, 'operator');
  return (
    <CommandGroup heading="Actions">
      {hosts
        .filter(({ host }) => mayCreate && host.connection === 'online')
        .map(({ host }) => (
          <CommandItem
            key={host.id}
            value={`create container ${host.id}`}
            keywords={[host.name, 'run', 'new']}
            icon={<Plus aria-hidden className={ICON} />}
            onSelect={() => go(`/hosts/${host.id}/create`)}
          >
            Create container on <span className="kernel">{host.name}</span>
          </CommandItem>
        ))}
      {roleCovers(user.role, 'admin') ? (
        <CommandItem
          value="add host"
          keywords={['join', 'enrol', 'token']}
          icon={<Server aria-hidden className={ICON} />}
          onSelect={() => go('/?add-host')}
        >
          Add a host
        </CommandItem>
      ) : null}
      <CommandItem
        value="api tokens"
        icon={<KeyRound aria-hidden className={ICON} />}
        onSelect={() => go('/settings#api-tokens')}
      >
        API tokens
      </CommandItem>
      <CommandItem
        value="switch theme"
        keywords={['dark', 'light']}
        icon={other === 'dark' ? <Moon aria-hidden className={ICON} /> : <Sun aria-hidden className={ICON} />}
        onSelect={() => {
          setTheme(other);
          close();
        }}
      >
        Switch to the {other} theme
      </CommandItem>
      <CommandItem value="sign out" icon={<LogOut aria-hidden className={ICON} />} onSelect={() => void signOut()}>
        Sign out
      </CommandItem>
    </CommandGroup>
  );
}

type FoundProps = { search: string; go: (href: string) => void; close: () => void };

function Found({ search, go, close }: FoundProps) {
  const hosts = useHosts();
  const all = useContainers();
  const containers = all.filter((entry) => matches(search, entry)).slice(0, MOST_CONTAINERS);
  const user = useUser();
  const pages = [...PAGES, SETTINGS].filter(({ needs }) => needs === undefined || roleCovers(user.role, needs));
  return (
    <>
      <CommandGroup heading="Pages">
        {pages.map(({ href, label, icon: Icon, chord }) => (
          <CommandItem
            key={href}
            value={`page ${label}`}
            icon={<Icon aria-hidden className={ICON} />}
            note={`g ${chord}`}
            onSelect={() => go(href)}
          >
            {label}
          </CommandItem>
        ))}
      </CommandGroup>
      {hosts.length === 0 ? null : (
        <CommandGroup heading="Hosts">
          {hosts.map(({ host }) => (
            <CommandItem
              key={host.id}
              value={`host ${host.name} ${host.id}`}
              icon={<HostDot connection={host.connection} />}
              note={host.connection}
              onSelect={() => go(`/hosts/${host.id}`)}
            >
              <span className="kernel">{host.name}</span>
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      {containers.length === 0 ? null : (
        <CommandGroup heading="Containers">
          {containers.map(({ hostId, hostName, container }) => (
            <CommandItem
              key={`${hostId} ${container.id}`}
              value={`container ${container.name} ${container.id}`}
              keywords={[hostName, container.image, ...container.command]}
              icon={<Box aria-hidden className={ICON} />}
              note={
                <span className="flex items-center gap-3">
                  <span className="kernel">{hostName}</span>
                  <ContainerStateBadge container={container} className="w-28 text-xs" />
                </span>
              }
              onSelect={() => go(`/hosts/${hostId}/containers/${container.id}`)}
            >
              <span className="kernel">{container.name}</span>
            </CommandItem>
          ))}
        </CommandGroup>
      )}
      <Images go={go} />
      <Actions go={go} close={close} />
    </>
  );
}

/** Everything by name. */
export function Palette({ open, onOpenChange }: PaletteProps) {
  const router = useRouter();
  const [search, setSearch] = useState('');
  const change = (next: boolean): void => {
    setSearch('');
    onOpenChange(next);
  };
  const close = (): void => change(false);
  const go = (href: string): void => {
    close();
    router.push(href);
  };
  return (
    <CommandPalette
      open={open}
      onOpenChange={change}
      placeholder="Hosts, containers, images, pages, actions"
      search={search}
      onSearch={setSearch}
    >
      {open ? <Found search={search} go={go} close={close} /> : null}
    </CommandPalette>
  );
}
