'use client';
import { describeActor, HostEventType, HostId } from '@vitrine/protocol';
import {
  Button,
  DataTable,
  EmptyState,
  Input,
  PageHeader,
  Panel,
  Select,
  SkeletonRows,
  StateBadge,
  toast,
  type Column,
} from '@vitrine/ui';
import { History, Search, Unlink } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';
import { problemOf } from '../../trpc/problem.ts';
import { eventWords } from '../container/event-words.ts';
import { clockTime, date } from '../figures/format.ts';
import { useCoarseNow } from '../figures/use-coarse-now.ts';
import { useCrumbs } from '../frame/crumbs.tsx';
import { Failure } from '../frame/failure.tsx';
import { useHosts } from '../live/live.tsx';
import { feedRows, type FeedRow } from './fleet-feed.ts';
import { useFleetEvents } from './use-fleet-events.ts';

const SINCE = {
  all: { label: 'Any time', ms: Infinity },
  '15m': { label: 'Last 15 minutes', ms: 15 * 60_000 },
  '1h': { label: 'Last hour', ms: 3_600_000 },
  '1d': { label: 'Last day', ms: 86_400_000 },
} as const;
type Since = keyof typeof SINCE;

const readSince = (text: string | null): Since => (text === '15m' || text === '1h' || text === '1d' ? text : 'all');

const containerOf = (row: FeedRow): { id: string; name: string } | null =>
  row.kind === 'event' && 'containerId' in row.event.event
    ? { id: row.event.event.containerId, name: row.event.event.containerName }
    : null;

const hostOf = (row: FeedRow): { id: string; name: string } =>
  row.kind === 'event'
    ? { id: row.event.hostId, name: row.event.hostName }
    : { id: row.gap.hostId, name: row.hostName };

function What({ row }: { row: FeedRow }) {
  if (row.kind === 'gap') {
    const lost = row.gap.toSeq - row.gap.fromSeq + 1;
    return (
      <StateBadge
        tone="warn"
        icon={Unlink}
        word={`${lost === 1 ? 'one event is' : `${lost} events are`} lost: seq ${row.gap.fromSeq} to ${row.gap.toSeq}`}
        title="The host's journal no longer had them when it came back."
      />
    );
  }
  const { tone, what } = eventWords(row.event.event);
  return <StateBadge tone={tone} word={what} className="font-normal" />;
}

const COLUMNS: readonly Column<FeedRow>[] = [
  {
    id: 'time',
    header: 'Time',
    width: '72px',
    sort: ({ order }) => order,
    cell: ({ atMs }) => (
      <time
        dateTime={new Date(atMs).toISOString()}
        title={`${date(atMs)} ${clockTime(atMs)}`}
        className="kernel text-muted"
      >
        {clockTime(atMs)}
      </time>
    ),
  },
  {
    id: 'date',
    header: 'Date',
    width: '92px',
    fromWidth: 900,
    cell: ({ atMs }) => <span className="text-muted figures">{date(atMs)}</span>,
  },
  {
    id: 'host',
    header: 'Host',
    width: 'minmax(72px, 0.5fr)',
    fromWidth: 620,
    cell: (row) => (
      <Link
        prefetch={false}
        href={`/hosts/${hostOf(row).id}`}
        className="kernel rounded-sm text-muted hover:text-ink hover:underline"
      >
        {hostOf(row).name}
      </Link>
    ),
  },
  {
    id: 'container',
    header: 'Container',
    width: 'minmax(80px, 0.7fr)',
    cell: (row) => {
      const container = containerOf(row);
      if (container === null) return null;
      return (
        <Link
          prefetch={false}
          href={`/hosts/${hostOf(row).id}/containers/${container.id}`}
          tabIndex={-1}
          className="kernel rounded-sm font-semibold hover:underline"
        >
          {container.name}
        </Link>
      );
    },
  },
  { id: 'what', header: 'What happened', width: 'minmax(0, 2fr)', cell: (row) => <What row={row} /> },
  {
    id: 'who',
    header: 'By',
    width: 'minmax(80px, 0.8fr)',
    fromWidth: 760,
    cell: (row) =>
      row.kind === 'event' ? <span className="text-muted">{describeActor(row.event.event.actor)}</span> : null,
  },
];

const rowKey = ({ key }: FeedRow): string => key;

function useEventFilters() {
  const params = useSearchParams();
  const hostId = HostId.safeParse(params.get('host'));
  const type = HostEventType.safeParse(params.get('type'));
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(window.location.search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    window.history.replaceState(null, '', `?${next.toString()}`);
  };
  return {
    hostId: hostId.data,
    type: type.data,
    since: readSince(params.get('since')),
    text: params.get('q') ?? '',
    set,
  };
}

const found = (row: FeedRow, text: string): boolean => {
  if (text === '') return true;
  const container = containerOf(row);
  const words = text.toLowerCase();
  return container !== null && (container.name.toLowerCase().includes(words) || container.id.startsWith(words));
};

function Filters({ filters }: { filters: ReturnType<typeof useEventFilters> }) {
  const hosts = useHosts();
  return (
    <div className="grid gap-2 border-b p-2 sm:grid-cols-2 lg:grid-cols-[minmax(0,1.4fr)_repeat(3,minmax(0,1fr))]">
      <div className="relative">
        <Search aria-hidden className="absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
        <Input
          data-filter
          type="search"
          aria-label="Filter by container"
          placeholder="Container’s name or id  /"
          value={filters.text}
          onChange={(event) => filters.set('q', event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
          className="pl-8"
        />
      </div>
      <Select
        aria-label="Host"
        value={filters.hostId ?? ''}
        onChange={(event) => filters.set('host', event.target.value)}
      >
        <option value="">Any host</option>
        {hosts.map(({ host }) => (
          <option key={host.id} value={host.id}>
            {host.name}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Kind of event"
        value={filters.type ?? ''}
        onChange={(event) => filters.set('type', event.target.value)}
      >
        <option value="">Any kind</option>
        {HostEventType.options.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </Select>
      <Select
        aria-label="Time"
        value={filters.since}
        onChange={(event) => filters.set('since', event.target.value === 'all' ? '' : event.target.value)}
      >
        {Object.entries(SINCE).map(([value, { label }]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    </div>
  );
}

function Older({ older }: { older: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const load = (): void => {
    setBusy(true);
    older()
      .catch((error: unknown) =>
        toast.error('Older events could not be read', { description: problemOf(error).message }),
      )
      .finally(() => setBusy(false));
  };
  return (
    <div className="flex justify-center p-3">
      <Button busy={busy} onClick={load}>
        Older events
      </Button>
    </div>
  );
}

/** What happened in the fleet, in the order the hub learnt of it, live; and what nobody knows any more. */
export function EventsPage() {
  useCrumbs([{ label: 'Events' }]);
  const router = useRouter();
  const filters = useEventFilters();
  const hosts = useHosts();
  const nowMs = useCoarseNow();
  const { events, gaps, error, stream, retry, older } = useFleetEvents(filters);
  const { since, text, type } = filters;
  const rows = useMemo(() => {
    const names = new Map<string, string>(hosts.map(({ host }) => [host.id, host.name]));
    return feedRows(events ?? [], type === undefined ? gaps : [], (id) => names.get(id) ?? id.slice(0, 8)).filter(
      (row) => nowMs - row.atMs < SINCE[since].ms && found(row, text),
    );
  }, [events, gaps, hosts, nowMs, since, text, type]);

  return (
    <>
      <PageHeader title="Events">
        {stream.status === 'retrying' ? (
          'catching up…'
        ) : events === undefined ? null : (
          <span className="figures">{rows.length} shown</span>
        )}
      </PageHeader>
      <Panel flush>
        <Filters filters={filters} />
        {error !== null && error !== undefined && events === undefined ? (
          <Failure title="The events could not be read" error={error} onRetry={retry} />
        ) : events === undefined ? (
          <SkeletonRows rows={12} label="Reading the events" />
        ) : (
          <DataTable
            label="Events"
            rows={rows}
            columns={COLUMNS}
            rowKey={rowKey}
            defaultSort={{ column: 'time', descending: true }}
            onOpen={(row) => {
              const container = containerOf(row);
              router.push(
                container === null
                  ? `/hosts/${hostOf(row).id}`
                  : `/hosts/${hostOf(row).id}/containers/${container.id}/events`,
              );
            }}
            keys
            empty={
              <EmptyState
                icon={History}
                title={events.length === 0 ? 'Nothing has happened yet' : 'No event is like that'}
              >
                {events.length === 0
                  ? 'Whatever is created, started, stopped, killed or deleted is written here, with who did it.'
                  : 'Another host, kind or time may find it.'}
              </EmptyState>
            }
          />
        )}
        {older === undefined ? null : <Older older={older} />}
      </Panel>
    </>
  );
}
