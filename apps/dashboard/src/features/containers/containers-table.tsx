'use client';
import type { ContainerRef, FigureName, HostId } from '@vitrine/protocol';
import { Age, Badge, DataTable, EmptyState, Input, Meter, Segmented, Sparkline, type Column } from '@vitrine/ui';
import { Boxes, Search } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, type ReactNode } from 'react';
import { cores, mebi, UNKNOWN } from '../figures/format.ts';
import { KernelFigure } from '../figures/kernel-figure.tsx';
import { containerKey, useAllUsage, useHosts, type ContainerEntry, type UsageEntry } from '../live/live.tsx';
import { useCoarseNow } from '../figures/use-coarse-now.ts';
import { ContainerActions } from './container-actions.tsx';
import { isShown, matches, readShow, SHOW_LABEL, type Show } from './container-filter.ts';
import { containerState, ContainerStateBadge } from './container-state-badge.tsx';

type Row = ContainerEntry & { usage: UsageEntry | undefined; away: boolean };

const hrefOf = ({ hostId, container }: ContainerEntry): string => `/hosts/${hostId}/containers/${container.id}`;

const rowKey = ({ hostId, container }: Row): string => containerKey(hostId, container.id);

const refOf = ({ hostId, container }: Row): ContainerRef => ({ hostId: hostId as HostId, containerId: container.id });

/** A figure of one row, which can say where it comes from. */
const RowFigure = ({ row, figure, children }: { row: Row; figure: FigureName; children: ReactNode }) => (
  <KernelFigure
    containerRef={refOf(row)}
    figure={figure}
    label={`${FIGURE_WORD[figure] ?? figure} of ${row.container.name}`}
  >
    {children}
  </KernelFigure>
);

const FIGURE_WORD: Partial<Record<FigureName, string>> = { cpu: 'CPU', memory: 'Memory', pids: 'PIDs' };

function Memory({ row }: { row: Row }) {
  const { usage } = row;
  if (usage?.memoryBytes === null || usage === undefined) return <>{UNKNOWN}</>;
  const limit = usage.memoryLimitBytes;
  return (
    <span className="relative block py-1.5">
      <span>
        <RowFigure row={row} figure="memory">
          {mebi(usage.memoryBytes)}
        </RowFigure>
        <span className="text-faint"> / {limit === null ? '∞' : mebi(limit)}</span>
      </span>
      {limit === null ? null : <Meter value={usage.memoryBytes} max={limit} className="absolute inset-x-0 bottom-0" />}
    </span>
  );
}

function Cpu({ row }: { row: Row }) {
  const { usage } = row;
  if (usage === undefined) return <>{UNKNOWN}</>;
  return (
    <span className="flex items-center justify-end gap-2">
      <Sparkline
        label={`CPU of ${row.container.name} in the last minute`}
        values={usage.recentCpu}
        floor={0.05}
        className="h-5 w-16"
      />
      <span className="w-10">
        {usage.cpuCores === null ? (
          UNKNOWN
        ) : (
          <RowFigure row={row} figure="cpu">
            {cores(usage.cpuCores)}
          </RowFigure>
        )}
      </span>
    </span>
  );
}

const HOST_COLUMN: Column<Row> = {
  id: 'host',
  header: 'Host',
  width: 'minmax(72px, 0.7fr)',
  fromWidth: 560,
  sort: ({ hostName }) => hostName,
  cell: ({ hostId, hostName }) => (
    <Link
      prefetch={false}
      href={`/hosts/${hostId}`}
      className="kernel rounded-sm text-muted hover:text-ink hover:underline"
    >
      {hostName}
    </Link>
  ),
};

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(104px, 1.4fr)',
    sort: ({ container }) => container.name,
    cell: (row) => (
      <>
        <Link
          prefetch={false}
          href={hrefOf(row)}
          tabIndex={-1}
          className="kernel rounded-sm font-semibold hover:underline"
        >
          {row.container.name}
        </Link>
        {/* Where there is no room for its column. */}
        <span className="kernel hidden truncate leading-4 text-muted max-sm:touch:block">{row.hostName}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: 'minmax(116px, 1fr)',
    sort: ({ container }) => containerState(container).word,
    cell: ({ container }) => (
      <span className="flex items-center gap-2">
        <ContainerStateBadge container={container} />
        {container.status === 'running' && container.oomKills > 0 ? (
          <Badge className="border-warn/50 text-warn">{container.oomKills} OOM</Badge>
        ) : null}
      </span>
    ),
  },
  {
    id: 'image',
    header: 'Image',
    width: 'minmax(88px, 1fr)',
    fromWidth: 720,
    sort: ({ container }) => container.image,
    cell: ({ container }) => <span className="kernel text-muted">{container.image}</span>,
  },
  {
    id: 'cpu',
    header: 'CPU',
    unit: 'cores',
    width: '124px',
    align: 'right',
    fromWidth: 480,
    sort: ({ usage }) => usage?.cpuCores ?? null,
    cell: (row) => <Cpu row={row} />,
  },
  {
    id: 'memory',
    header: 'Memory',
    unit: 'MiB',
    width: '112px',
    align: 'right',
    fromWidth: 620,
    sort: ({ usage }) => usage?.memoryBytes ?? null,
    cell: (row) => <Memory row={row} />,
  },
  {
    id: 'pids',
    header: 'PIDs',
    width: '52px',
    align: 'right',
    fromWidth: 820,
    sort: ({ usage }) => usage?.pids ?? null,
    cell: (row) =>
      typeof row.usage?.pids === 'number' ? (
        <RowFigure row={row} figure="pids">
          {row.usage.pids}
        </RowFigure>
      ) : (
        UNKNOWN
      ),
  },
  {
    id: 'age',
    header: 'Since',
    width: '64px',
    align: 'right',
    fromWidth: 380,
    sort: ({ container }) => container.stoppedAtMs ?? container.startedAtMs ?? container.createdAtMs,
    cell: ({ container }) => (
      <Age atMs={container.stoppedAtMs ?? container.startedAtMs ?? container.createdAtMs} className="text-muted" />
    ),
  },
  {
    id: 'actions',
    header: 'Actions',
    width: '28px',
    hideHeader: true,
    cell: ({ hostId, container }) => <ContainerActions layout="menu" hostId={hostId as HostId} container={container} />,
  },
];

const WITH_HOST: readonly Column<Row>[] = [...COLUMNS.slice(0, 2), HOST_COLUMN, ...COLUMNS.slice(2)];

/** The filters live in the address, so that a view can be linked and survives a reload. */
function useFilters() {
  const params = useSearchParams();
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(window.location.search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    const query = next.toString();
    window.history.replaceState(null, '', query === '' ? window.location.pathname : `?${query}`);
  };
  return {
    text: params.get('q') ?? '',
    show: readShow(params.get('show')),
    setText: (text: string) => set('q', text),
    setShow: (show: Show) => set('show', show === 'all' ? '' : show),
  };
}

const ALWAYS: readonly Show[] = ['all', 'running', 'created', 'ended', 'failed'];

type ContainersTableProps = {
  containers: readonly ContainerEntry[];
  /** Whether the host is a column: not on a host's own page. */
  withHost: boolean;
  /** What belongs here when there is none at all. */
  empty: ReactNode;
};

/** Containers with what they use now: search, states, actions; rows rest while the pointer is among them. */
export function ContainersTable({ containers, withHost, empty }: ContainersTableProps) {
  const router = useRouter();
  const usage = useAllUsage();
  const hosts = useHosts();
  const nowMs = useCoarseNow();
  const { text, show, setText, setShow } = useFilters();
  const rows = useMemo(() => {
    const away = new Set(hosts.filter(({ host }) => host.connection !== 'online').map(({ host }) => String(host.id)));
    return containers
      .filter((entry) => isShown(show, entry.container, nowMs) && matches(text, entry))
      .map((entry) => ({
        ...entry,
        usage: usage.get(containerKey(entry.hostId, entry.container.id)),
        away: away.has(entry.hostId),
      }));
  }, [containers, usage, hosts, text, show, nowMs]);
  const options = (ALWAYS.includes(show) ? ALWAYS : [...ALWAYS, show]).map((value) => ({
    value,
    label: (
      <>
        {SHOW_LABEL[value]}
        <span className="kernel text-faint">
          {containers.filter(({ container }) => isShown(value, container, nowMs)).length}
        </span>
      </>
    ),
  }));

  if (containers.length === 0) return <>{empty}</>;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b p-2">
        <div className="relative min-w-40 flex-1 sm:max-w-72">
          <Search aria-hidden className="absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
          <Input
            data-filter
            type="search"
            aria-label="Filter containers"
            placeholder="Filter by name, image, command  /"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
            className="pl-8"
          />
        </div>
        <div className="max-w-full overflow-x-auto">
          <Segmented label="State" value={show} onChange={setShow} options={options} />
        </div>
      </div>
      <DataTable
        label="Containers"
        rows={rows}
        columns={withHost ? WITH_HOST : COLUMNS}
        rowKey={rowKey}
        defaultSort={{ column: 'name', descending: false }}
        onOpen={(row) => router.push(hrefOf(row))}
        isDimmed={({ away }) => withHost && away}
        keys
        empty={
          <EmptyState icon={Boxes} title="No container is like that">
            Other words, or another state, may find it.
          </EmptyState>
        }
      />
    </>
  );
}
