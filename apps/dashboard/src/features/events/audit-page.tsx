'use client';
import { useQuery } from '@tanstack/react-query';
import { describeActor, type AuditRow } from '@vitrine/protocol';
import {
  Button,
  DataTable,
  EmptyState,
  ErrorState,
  PageHeader,
  Panel,
  SkeletonRows,
  StateBadge,
  toast,
  type Column,
  type Tone,
} from '@vitrine/ui';
import { ClipboardList, RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useHub, useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { clockTime, date, dateTime } from '../figures/format.ts';
import { useCrumbs } from '../frame/crumbs.tsx';
import { Failure } from '../frame/failure.tsx';
import { useHosts } from '../live/live.tsx';
import { useRoleLack } from '../session/session.tsx';

type Row = AuditRow & { hostName: string };

const OUTCOME: Record<AuditRow['outcome'], Tone> = { done: 'idle', refused: 'warn', failed: 'bad' };

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'time',
    header: 'Time',
    width: '72px',
    sort: ({ atMs }) => atMs,
    cell: ({ atMs }) => (
      <time dateTime={new Date(atMs).toISOString()} title={dateTime(atMs)} className="kernel text-muted">
        {clockTime(atMs)}
      </time>
    ),
  },
  {
    id: 'date',
    header: 'Date',
    width: '92px',
    fromWidth: 700,
    cell: ({ atMs }) => <span className="text-muted figures">{date(atMs)}</span>,
  },
  {
    id: 'who',
    header: 'Who',
    width: 'minmax(96px, 1fr)',
    fromWidth: 480,
    sort: ({ actor }) => describeActor(actor),
    cell: ({ actor }) => describeActor(actor),
  },
  {
    id: 'action',
    header: 'Action',
    width: 'minmax(176px, 1.2fr)',
    sort: ({ action }) => action,
    cell: ({ action }) => <span className="kernel">{action}</span>,
  },
  {
    id: 'host',
    header: 'Host',
    width: 'minmax(72px, 0.7fr)',
    fromWidth: 760,
    sort: ({ hostName }) => hostName,
    cell: ({ hostName }) => <span className="kernel text-muted">{hostName}</span>,
  },
  {
    id: 'target',
    header: 'Target',
    width: 'minmax(88px, 1fr)',
    fromWidth: 620,
    cell: ({ target }) => (
      <span className="kernel" title={target ?? undefined}>
        {target !== null && /^[0-9a-f]{64}$/.test(target) ? target.slice(0, 12) : target}
      </span>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    width: '88px',
    sort: ({ outcome }) => outcome,
    cell: ({ outcome }) => <StateBadge tone={OUTCOME[outcome]} word={outcome} className="font-normal" />,
  },
  {
    id: 'detail',
    header: 'Detail',
    width: 'minmax(0, 1.5fr)',
    fromWidth: 900,
    cell: ({ detail }) => (
      <span className="text-muted" title={detail ?? undefined}>
        {detail}
      </span>
    ),
  },
];

const rowKey = ({ id }: Row): string => id;

type Older = { of: number; rows: readonly AuditRow[]; nextBefore: string | null };

function AuditTable() {
  const hub = useHub();
  const hosts = useHosts();
  const first = useQuery(useTRPC().audit.list.queryOptions({}, { gcTime: 0 }));
  const [kept, setKept] = useState<Older | null>(null);
  const older = kept?.of === first.dataUpdatedAt ? kept : null;
  const rows = useMemo(() => {
    const names = new Map<string, string>(hosts.map(({ host }) => [host.id, host.name]));
    return [...(first.data?.rows ?? []), ...(older?.rows ?? [])].map((row) => ({
      ...row,
      hostName: row.hostId === null ? '' : (names.get(row.hostId) ?? row.hostId.slice(0, 8)),
    }));
  }, [first.data, older, hosts]);
  const before = older === null ? first.data?.nextBefore : older.nextBefore;

  if (first.isError)
    return <Failure title="The audit could not be read" error={first.error} onRetry={() => void first.refetch()} />;
  if (first.data === undefined) return <SkeletonRows rows={12} label="Reading the audit" />;
  const more = async (cursor: string): Promise<void> => {
    try {
      const page = await hub.audit.list.query({ before: cursor });
      setKept({ of: first.dataUpdatedAt, rows: [...(older?.rows ?? []), ...page.rows], nextBefore: page.nextBefore });
    } catch (error) {
      toast.error('Older rows could not be read', { description: problemOf(error).message });
    }
  };
  return (
    <>
      <DataTable
        label="Audit"
        rows={rows}
        columns={COLUMNS}
        rowKey={rowKey}
        defaultSort={{ column: 'time', descending: true }}
        keys
        empty={
          <EmptyState icon={ClipboardList} title="Nobody has changed anything yet">
            Each change, and each that was refused, leaves a row here, for good.
          </EmptyState>
        }
      />
      <div className="flex justify-center gap-2 p-3">
        <Button variant="ghost" busy={first.isFetching} onClick={() => void first.refetch()}>
          <RotateCw aria-hidden className="size-3.5" />
          Read again
        </Button>
        {before === null || before === undefined ? null : <Button onClick={() => void more(before)}>Older rows</Button>}
      </div>
    </>
  );
}

/** Who changed what, and what was refused. */
export function AuditPage() {
  useCrumbs([{ label: 'Audit' }]);
  const lack = useRoleLack('admin');
  return (
    <>
      <PageHeader title="Audit">Who changed what, and what was refused.</PageHeader>
      <Panel flush>
        {lack === undefined ? (
          <AuditTable />
        ) : (
          <ErrorState title="The audit is for admins" why={lack} mend="Ask an admin of this hub." />
        )}
      </Panel>
    </>
  );
}
