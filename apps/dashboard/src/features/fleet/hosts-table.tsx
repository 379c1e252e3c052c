'use client';
import { Age, DataTable, Figure, Sparkline, type Column } from '@vitrine/ui';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { mebi, percent, UNKNOWN } from '../figures/format.ts';
import { hostFigures } from '../figures/host-figures.ts';
import { cpuOrigin, memoryOrigin, pressureOrigin } from '../host/host-sources.ts';
import { HostStateBadge } from '../host/host-state.tsx';
import { staleSince, type HostEntry } from '../live/live.tsx';
import { useHostFigures } from './host-card.tsx';

const figuresOf = ({ history }: HostEntry) => {
  const last = history.at(-1);
  return last === undefined ? undefined : hostFigures(history.at(-2), last);
};

type Which = 'cpu' | 'memory' | 'pressure';

const LABEL = { cpu: 'CPU', memory: 'Memory', pressure: 'Pressure' };
const ORIGIN = { cpu: cpuOrigin, memory: memoryOrigin, pressure: pressureOrigin };

function Trend({ entry, which }: { entry: HostEntry; which: Which }) {
  const figures = useHostFigures(entry);
  const value = { cpu: figures.last?.cpuPct, memory: figures.last?.memoryPct, pressure: figures.last?.pressurePct }[
    which
  ];
  const look = { cpu: 'text-series-1', memory: 'text-series-2', pressure: 'text-series-3' }[which];
  return (
    <span className="flex items-center gap-2">
      <Sparkline
        label={`${which} of ${figures.name} in the last minute`}
        values={figures[which]}
        {...(which === 'pressure' ? { floor: 10 } : { max: 100 })}
        className={`h-5 min-w-0 flex-1 ${look}`}
      />
      <span className="w-11 text-right">
        <Figure label={LABEL[which]} origin={figures.two && ORIGIN[which](figures.two)}>
          {value === null || value === undefined ? UNKNOWN : percent(value)}
        </Figure>
      </span>
    </span>
  );
}

const COLUMNS: readonly Column<HostEntry>[] = [
  {
    id: 'name',
    header: 'Host',
    width: 'minmax(100px, 1.2fr)',
    sort: ({ host }) => host.name,
    cell: ({ host }) => (
      <Link
        prefetch={false}
        href={`/hosts/${host.id}`}
        tabIndex={-1}
        className="kernel rounded-sm font-semibold hover:underline"
      >
        {host.name}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '92px',
    sort: ({ host }) => host.connection,
    cell: ({ host }) => <HostStateBadge connection={host.connection} />,
  },
  {
    id: 'running',
    header: 'Running',
    width: '72px',
    align: 'right',
    sort: ({ host }) => host.sample?.containers.running ?? null,
    cell: ({ host }) => host.sample?.containers.running ?? UNKNOWN,
  },
  {
    id: 'cpu',
    header: 'CPU',
    unit: '%',
    width: 'minmax(110px, 1fr)',
    align: 'right',
    fromWidth: 520,
    sort: (entry) => figuresOf(entry)?.cpuPct ?? null,
    cell: (entry) => <Trend entry={entry} which="cpu" />,
  },
  {
    id: 'memory',
    header: 'Memory',
    unit: '%',
    width: 'minmax(110px, 1fr)',
    align: 'right',
    fromWidth: 640,
    sort: (entry) => figuresOf(entry)?.memoryPct ?? null,
    cell: (entry) => <Trend entry={entry} which="memory" />,
  },
  {
    id: 'pressure',
    header: 'Pressure',
    unit: '%',
    width: 'minmax(110px, 1fr)',
    align: 'right',
    fromWidth: 780,
    sort: (entry) => figuresOf(entry)?.pressurePct ?? null,
    cell: (entry) => <Trend entry={entry} which="pressure" />,
  },
  {
    id: 'agent',
    header: 'Agent',
    unit: 'MiB',
    width: '88px',
    align: 'right',
    fromWidth: 900,
    sort: ({ host }) => host.sample?.agent.rssBytes ?? null,
    cell: ({ host }) => (host.sample === null ? UNKNOWN : mebi(host.sample.agent.rssBytes)),
  },
  {
    id: 'version',
    header: 'Version',
    width: '72px',
    fromWidth: 1000,
    sort: ({ host }) => host.info?.agentVersion ?? null,
    cell: ({ host }) => <span className="kernel text-muted">{host.info?.agentVersion ?? UNKNOWN}</span>,
  },
  {
    id: 'seen',
    header: 'Heard',
    unit: 'ago',
    width: '80px',
    align: 'right',
    fromWidth: 420,
    sort: ({ host }) => host.lastSeenAtMs,
    cell: ({ host }) =>
      host.lastSeenAtMs === null ? 'never' : <Age atMs={host.lastSeenAtMs} className="text-muted" />,
  },
];

const rowKey = ({ host }: HostEntry): string => host.id;

export function HostsTable({ hosts }: { hosts: readonly HostEntry[] }) {
  const router = useRouter();
  return (
    <div className="rounded-lg border bg-panel">
      <DataTable
        label="Hosts"
        rows={hosts}
        columns={COLUMNS}
        rowKey={rowKey}
        defaultSort={{ column: 'name', descending: false }}
        onOpen={({ host }) => router.push(`/hosts/${host.id}`)}
        isDimmed={({ host }) => staleSince(host) !== null}
        keys
        empty={null}
      />
    </div>
  );
}
