/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are positioned by the virtualiser, which a <table> cannot do */
'use client';
import type { ContainerId, HostId } from '@vitrine/protocol';
import {
  cn,
  EmptyState,
  ErrorState,
  Input,
  Segmented,
  SkeletonRows,
  Stale,
  useRowKeys,
  useVirtualRows,
} from '@vitrine/ui';
import { ArrowDown, ArrowUp, ListTree, Search } from 'lucide-react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { containerKey, staleSince, useAllUsage, useContainers, useHost } from '../live/live.tsx';
import { PROCESS_COLUMNS, ProcessLine, type GlassName, type ProcessColumn } from './process-row.tsx';
import { processRows, type ProcessRow, type ProcessSort } from './process-rows.ts';
import { NO_PROCESSES } from './process-store.ts';
import { useProcesses } from './use-processes.ts';

type ProcessTreeProps = {
  hostId: HostId;
  /** Only this container's; else the whole host's. */
  containerId?: ContainerId;
};

const ROW_HEIGHT = 26;
/** kthreadd and its children are the kernel's own: folded until somebody asks. */
const KTHREADD = 2;

/** Names and memory for the glasses, from what the page knows already. */
function useGlassNames(hostId: HostId): ReadonlyMap<string, GlassName> {
  const containers = useContainers();
  const usage = useAllUsage();
  return useMemo(() => {
    const names = new Map<string, GlassName>();
    for (const entry of containers) {
      if (entry.hostId !== hostId) continue;
      const { id, name } = entry.container;
      const used = usage.get(containerKey(hostId, id));
      names.set(id, {
        name,
        href: `/hosts/${hostId}/containers/${id}`,
        memoryBytes: used?.memoryBytes ?? null,
        memoryLimitBytes: used?.memoryLimitBytes ?? null,
      });
    }
    return names;
  }, [containers, usage, hostId]);
}

/** Keeps the row under the pointer where it is when rows come or go above it. */
function useAnchor(rows: readonly ProcessRow[], rowHeight: number) {
  const anchor = useRef<{ key: string; index: number } | null>(null);
  useLayoutEffect(() => {
    if (anchor.current === null) return;
    const index = rows.findIndex(({ key }) => key === anchor.current?.key);
    if (index === -1 || index === anchor.current.index) return;
    window.scrollBy({ top: (index - anchor.current.index) * rowHeight, behavior: 'instant' });
    anchor.current.index = index;
  }, [rows, rowHeight]);
  return {
    hold: (key: string, index: number) => {
      anchor.current = { key, index };
    },
    release: () => {
      anchor.current = null;
    },
  };
}

type HeaderProps = {
  columns: readonly ProcessColumn[];
  template: string;
  sort: ProcessSort;
  onSort: (sort: ProcessSort) => void;
};

function Header({ columns, template, sort, onSort }: HeaderProps) {
  return (
    <div role="rowgroup" className="sticky top-[var(--bar-height,0px)] z-10 border-b bg-panel">
      <div
        role="row"
        className="grid h-8 items-center gap-x-3 px-3 text-xs text-muted"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map(({ id, header, unit, right = false, sortable = false }) => {
          const sorted = sort.column === id;
          const Arrow = sort.descending ? ArrowDown : ArrowUp;
          const text = (
            <span className="truncate">
              {header}
              {unit === undefined ? null : <span className="text-faint"> {unit}</span>}
            </span>
          );
          return (
            <div
              key={id}
              role="columnheader"
              aria-sort={sortable ? (sorted ? (sort.descending ? 'descending' : 'ascending') : 'none') : undefined}
              className={cn('min-w-0 truncate', right && 'text-right')}
            >
              {sortable ? (
                <button
                  type="button"
                  onClick={() =>
                    onSort({
                      column: id as ProcessSort['column'],
                      descending: sorted ? !sort.descending : id === 'cpu' || id === 'memory',
                    })
                  }
                  className={cn(
                    'inline-flex max-w-full items-center gap-1 rounded-sm py-1 hover:text-ink',
                    sorted && 'text-ink',
                    right && 'flex-row-reverse',
                  )}
                >
                  {text}
                  {sorted ? <Arrow aria-hidden className="size-3 shrink-0" /> : null}
                </button>
              ) : (
                text
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type ToolsProps = {
  filter: string;
  onFilter: (filter: string) => void;
  view: 'tree' | 'flat';
  onView: (view: 'tree' | 'flat') => void;
  count: number;
  running: number;
};

const Tools = ({ filter, onFilter, view, onView, count, running }: ToolsProps) => (
  <div className="flex flex-wrap items-center gap-2 border-b p-2">
    <div className="relative min-w-40 flex-1 sm:max-w-72">
      <Search aria-hidden className="absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
      <Input
        data-filter
        type="search"
        aria-label="Filter processes"
        placeholder="Filter by command or PID  /"
        value={filter}
        onChange={(event) => onFilter(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        className="pl-8"
      />
    </div>
    <Segmented
      label="View"
      value={view}
      onChange={onView}
      options={[
        { value: 'tree', label: 'Tree' },
        { value: 'flat', label: 'Flat' },
      ]}
    />
    <p className="ml-auto text-xs text-muted">
      <span className="kernel">{count}</span> processes, <span className="kernel">{running}</span> running
    </p>
  </div>
);

type RowsProps = {
  rows: readonly ProcessRow[];
  sort: ProcessSort;
  onSort: (sort: ProcessSort) => void;
  view: 'tree' | 'flat';
  dim: boolean;
  names: ReadonlyMap<string, GlassName>;
  onFold: (pid: number) => void;
};

function Rows({ rows, sort, onSort, view, dim, names, onFold }: RowsProps) {
  const { ref, width, rowHeight, totalHeight, items, scrollTo } = useVirtualRows(rows.length, ROW_HEIGHT);
  const columns = useMemo(() => PROCESS_COLUMNS.filter(({ fromWidth }) => width === 0 || width >= fromWidth), [width]);
  const template = columns.map((column) => column.width).join(' ');
  const anchor = useAnchor(rows, rowHeight);
  const { body, current, setCurrent, onRowKey } = useRowKeys({
    keys: useMemo(() => rows.map(({ key }) => key), [rows]),
    onOpen: undefined,
    scrollTo,
    onMove: anchor.release,
    enabled: true,
  });
  const onKey = (event: KeyboardEvent, row: ProcessRow): void => {
    const unfold = event.key === 'ArrowRight' && row.folded > 0;
    const fold = event.key === 'ArrowLeft' && row.hasChildren && row.folded === 0;
    if (unfold || fold) {
      event.preventDefault();
      onFold(row.process.pid);
    } else {
      onRowKey(event, row.key);
    }
  };

  return (
    <div role="treegrid" aria-label="Processes" aria-rowcount={rows.length + 1} className="min-w-0">
      <Header columns={columns} template={template} sort={sort} onSort={onSort} />
      <div ref={ref} className="min-w-0">
        <div
          ref={body}
          role="rowgroup"
          className="relative text-sm"
          style={{ height: totalHeight }}
          onPointerLeave={anchor.release}
        >
          {items.map(({ index, offset }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const first = current === null ? index === 0 : current === row.key;
            return (
              <div
                key={row.key}
                role="row"
                data-key={row.key}
                data-pid={row.process.pid}
                aria-rowindex={index + 2}
                aria-level={view === 'tree' ? row.depth + 1 : undefined}
                aria-expanded={row.hasChildren ? row.folded === 0 : undefined}
                tabIndex={first ? 0 : -1}
                onFocus={() => setCurrent(row.key)}
                onKeyDown={(event) => onKey(event, row)}
                onPointerMove={() => anchor.hold(row.key, index)}
                className="absolute inset-x-0 top-0 hover:bg-hover focus-visible:-outline-offset-2"
                style={{ height: rowHeight, transform: `translateY(${offset}px)` }}
              >
                <ProcessLine
                  row={row}
                  columns={columns}
                  template={template}
                  dim={dim}
                  short={width < 480}
                  name={row.glass === null ? undefined : names.get(row.glass.id)}
                  onFold={onFold}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The host's truth as one tree, live, with a glass drawn around each container. */
export function ProcessTree({ hostId, containerId }: ProcessTreeProps) {
  const { processes, stream } = useProcesses({ hostId, ...(containerId === undefined ? {} : { containerId }) });
  const host = useHost(hostId);
  const names = useGlassNames(hostId);
  const [view, setView] = useState<'tree' | 'flat'>('tree');
  const [sort, setSort] = useState<ProcessSort>({ column: 'pid', descending: false });
  const [filter, setFilter] = useState('');
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set([KTHREADD]));
  const rows = useMemo(
    () => processRows(processes, { view, sort, filter, folded: filter === '' ? folded : new Set() }),
    [processes, view, sort, filter, folded],
  );
  const onFold = useCallback((pid: number) => {
    setFolded((old) => {
      const next = new Set(old);
      if (!next.delete(pid)) next.add(pid);
      return next;
    });
  }, []);

  if (processes === NO_PROCESSES || processes.atMs === null) {
    if (stream.status === 'failed' || (stream.status === 'retrying' && stream.problem !== null)) {
      return (
        <ErrorState
          title="The processes could not be read"
          why={stream.problem?.message}
          mend={stream.problem?.mend}
          onRetry={stream.retry}
        />
      );
    }
    if (host !== undefined && host.connection !== 'online') {
      return (
        <EmptyState icon={ListTree} title={`${host.name} is ${host.connection}`}>
          Its processes are shown as soon as it is heard again.
        </EmptyState>
      );
    }
    return <SkeletonRows rows={12} label="Reading the process tree" />;
  }
  const alive = [...processes.alive.values()];
  const sinceMs = stream.status === 'live' && (host === undefined || staleSince(host) === null) ? null : processes.atMs;
  return (
    <Stale sinceMs={sinceMs}>
      <Tools
        filter={filter}
        onFilter={setFilter}
        view={view}
        onView={(next) => {
          setView(next);
          setSort(next === 'flat' ? { column: 'cpu', descending: true } : { column: 'pid', descending: false });
        }}
        count={alive.length}
        running={alive.filter(({ state }) => state === 'running').length}
      />
      {rows.length === 0 ? (
        <EmptyState icon={ListTree} title={filter === '' ? 'No process' : 'No process is like that'}>
          {filter === ''
            ? 'When PID 1 ends, nothing is left of a container but its autopsy.'
            : 'Other words may find it.'}
        </EmptyState>
      ) : (
        <Rows
          rows={rows}
          sort={sort}
          onSort={setSort}
          view={view}

          dim={containerId === undefined}
          names={names}
          onFold={onFold}
        />
      )}
    </Stale>
  );
}
