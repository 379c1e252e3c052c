'use client';
import { Button, EmptyState, PageHeader, Segmented, Skeleton } from '@vitrine/ui';
import { LayoutGrid, Plus, Rows3, Server, X } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useSyncExternalStore } from 'react';
import { useCoarseNow } from '../figures/use-coarse-now.ts';
import { useCrumbs } from '../frame/crumbs.tsx';
import { useContainers, useFleetTold, useHosts } from '../live/live.tsx';
import { useRoleLack } from '../session/session.tsx';
import { AddHost } from './add-host.tsx';
import { attention, isHostShown, readHostShow } from './attention.ts';
import { HostCard } from './host-card.tsx';
import { HostsTable } from './hosts-table.tsx';
import { Totals } from './totals.tsx';

type View = 'cards' | 'rows';
const KEY = 'vitrine.fleet.view';
const listeners = new Set<() => void>();

/** Cards or rows, as chosen last in this browser. */
function useView(): [View, (view: View) => void] {
  const view = useSyncExternalStore<View>(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (localStorage.getItem(KEY) === 'rows' ? 'rows' : 'cards'),
    () => 'cards',
  );
  return [
    view,
    (next) => {
      localStorage.setItem(KEY, next);
      for (const listener of listeners) listener();
    },
  ];
}

const Shape = () => (
  <div aria-busy="true">
    <p className="sr-only">Reading the fleet</p>
    <Skeleton className="mb-4 h-20 w-full" />
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {[0, 1, 2].map((index) => (
        <Skeleton key={index} className="h-60" />
      ))}
    </div>
  </div>
);

const NoHosts = ({ onAdd, lack }: { onAdd: () => void; lack: string | undefined }) => (
  <div className="rounded-lg border bg-panel">
    <EmptyState
      icon={Server}
      title="No host yet"
      action={
        <Button variant="primary" onClick={onAdd} disabledReason={lack}>
          <Plus aria-hidden className="size-3.5" />
          Add a host
        </Button>
      }
    >
      A host is a Linux machine with an agent that dials out to this hub. It needs one command, and no open port.
    </EmptyState>
  </div>
);

function Hosts() {
  const hosts = useHosts();
  const containers = useContainers();
  const nowMs = useCoarseNow();
  const params = useSearchParams();
  const [view, setView] = useView();
  const show = readHostShow(params.get('show'));
  const shown = hosts.filter((entry) => isHostShown(show, entry));
  return (
    <>
      <Totals hosts={hosts} containers={containers} attention={attention(hosts, containers, nowMs)} />
      <div className="mt-5 mb-2 flex flex-wrap items-center gap-2">
        <h2 className="text-base font-semibold">Hosts</h2>
        <span className="kernel text-muted">{shown.length}</span>
        {show === 'all' ? null : (
          <Button asChild size="sm">
            <Link href="/">
              {show === 'silent' ? 'Silent only' : 'Under pressure only'}
              <X aria-hidden className="size-3.5" />
              <span className="sr-only">Show all hosts</span>
            </Link>
          </Button>
        )}
        <div className="ml-auto">
          <Segmented
            label="Show hosts as"
            value={view}
            onChange={setView}
            options={[
              {
                value: 'cards',
                label: (
                  <>
                    <LayoutGrid aria-hidden className="size-3.5" /> Cards
                  </>
                ),
              },
              {
                value: 'rows',
                label: (
                  <>
                    <Rows3 aria-hidden className="size-3.5" /> Rows
                  </>
                ),
              },
            ]}
          />
        </div>
      </div>
      {view === 'rows' ? (
        <HostsTable hosts={shown} />
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {shown.map((entry) => (
            <li key={entry.host.id} className="min-w-0">
              <HostCard entry={entry} />
            </li>
          ))}
        </ul>
      )}
      {shown.length === 0 ? <EmptyState icon={Server} title="No host is like that now" /> : null}
    </>
  );
}

/** All hosts at a glance, and what needs somebody now. */
export function FleetPage() {
  useCrumbs([{ label: 'Fleet' }]);
  const hosts = useHosts();
  const told = useFleetTold();
  const lack = useRoleLack('admin');
  const router = useRouter();
  const adding = useSearchParams().has('add-host');
  const add = (): void => router.push('/?add-host');
  return (
    <>
      <PageHeader
        title="Fleet"
        actions={
          <Button variant="primary" onClick={add} disabledReason={lack}>
            <Plus aria-hidden className="size-3.5" />
            Add host
          </Button>
        }
      />
      {told ? hosts.length === 0 ? <NoHosts onAdd={add} lack={lack} /> : <Hosts /> : <Shape />}
      {lack === undefined ? <AddHost open={adding && told} onClose={() => router.replace('/')} /> : null}
    </>
  );
}
