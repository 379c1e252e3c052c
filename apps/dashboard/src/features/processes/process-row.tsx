/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are positioned by the virtualiser, which a <table> cannot do */
import type { ProcessState } from '@vitrine/protocol';
import { Age, Badge, cn, Meter } from '@vitrine/ui';
import { ChevronDown, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { memo, type ReactNode } from 'react';
import { mebi, percent, UNKNOWN } from '../figures/format.ts';
import { commandOf, shortCommandOf, type ProcessRow } from './process-rows.ts';

export type ProcessColumn = {
  id: 'pid' | 'inner' | 'command' | 'uid' | 'cpu' | 'memory' | 'threads' | 'state' | 'age' | 'glass';
  header: string;
  unit?: string;
  width: string;
  /** Shown where the list is at least this wide, in CSS pixels. */
  fromWidth: number;
  right?: boolean;
  sortable?: boolean;
};

export const PROCESS_COLUMNS: readonly ProcessColumn[] = [
  { id: 'pid', header: 'Host PID', width: '64px', fromWidth: 0, right: true, sortable: true },
  { id: 'inner', header: 'In it', width: '44px', fromWidth: 340, right: true },
  { id: 'command', header: 'Command', width: 'minmax(0, 1fr)', fromWidth: 0, sortable: true },
  { id: 'uid', header: 'UID', width: '80px', fromWidth: 980, right: true },
  { id: 'cpu', header: 'CPU', unit: '%', width: '56px', fromWidth: 0, right: true, sortable: true },
  { id: 'memory', header: 'Mem', unit: 'MiB', width: '76px', fromWidth: 480, right: true, sortable: true },
  { id: 'threads', header: 'Thr', width: '44px', fromWidth: 1060, right: true },
  { id: 'state', header: 'State', width: '80px', fromWidth: 640, sortable: true },
  { id: 'age', header: 'Age', width: '60px', fromWidth: 560, right: true, sortable: true },
  { id: 'glass', header: 'Glass', width: '148px', fromWidth: 760 },
];

/** What is known of the container behind a glass, besides its id. */
export type GlassName = { name: string; href: string; memoryBytes: number | null; memoryLimitBytes: number | null };

const STATE_LOOK: Partial<Record<ProcessState, string>> = {
  running: 'text-run',
  'disk-sleep': 'text-warn',
  zombie: 'text-bad',
  dead: 'text-bad',
  stopped: 'text-warn',
  tracing: 'text-warn',
};

const STEP = 14;

/** The lines of the tree: where a parent goes on, where it ends. */
function Branches({ branches }: { branches: readonly boolean[] }) {
  return (
    <span aria-hidden className="relative h-full shrink-0" style={{ width: branches.length * STEP }}>
      {branches.map((goesOn, level) => {
        const last = level === branches.length - 1;
        if (!goesOn && !last) return null;
        return (
          <span key={level}>
            <span
              className="absolute top-0 w-px bg-line-strong/60"
              style={{ left: level * STEP + 5, height: goesOn ? '100%' : '50%' }}
            />
            {last ? (
              <span className="absolute top-1/2 h-px w-1.5 bg-line-strong/60" style={{ left: level * STEP + 5 }} />
            ) : null}
          </span>
        );
      })}
    </span>
  );
}

type CommandProps = { row: ProcessRow; short: boolean; onFold: () => void };

function Command({ row, short, onFold }: CommandProps) {
  const { process, hasChildren, folded, branches } = row;
  const kernelThread = process.commandLine.length === 0;
  const Arrow = folded > 0 ? ChevronRight : ChevronDown;
  return (
    <span className="flex h-full min-w-0 items-center">
      <Branches branches={branches} />
      {hasChildren ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={folded > 0 ? `Show what ${process.comm} started` : `Fold what ${process.comm} started`}
          onClick={onFold}
          className="flex h-full w-6 shrink-0 items-center justify-center rounded-sm text-faint hover:text-ink"
        >
          <Arrow aria-hidden className="size-3.5" />
        </button>
      ) : (
        <span aria-hidden className="flex h-full w-6 shrink-0 items-center">
          {branches.length === 0 ? null : <span className="-ml-1 h-px w-5 bg-line-strong/60" />}
        </span>
      )}
      <span className={cn('kernel truncate', kernelThread && 'text-faint')} title={commandOf(process)}>
        {short ? shortCommandOf(process) : commandOf(process)}
      </span>
      {process.role.kind === 'agent' ? <Badge className="ml-2">agent</Badge> : null}
      {process.role.kind === 'shim' ? <Badge className="ml-2">shim</Badge> : null}
      {folded > 0 ? <Badge className="ml-2">+{folded}</Badge> : null}
    </span>
  );
}

function GlassNote({ row, name }: { row: ProcessRow; name: GlassName | undefined }) {
  const { glass, placeInGlass } = row;
  if (glass === null) return null;
  if (placeInGlass === 0) {
    return (
      <span className="flex min-w-0 items-center gap-1.5">
        {name === undefined ? (
          <span className="kernel truncate text-muted" title={glass.id}>
            {glass.label} {glass.id.slice(0, 12)}
          </span>
        ) : (
          <Link
            prefetch={false}
            href={name.href}
            tabIndex={-1}
            className="kernel truncate rounded-sm font-semibold text-accent hover:underline"
          >
            {name.name}
          </Link>
        )}
      </span>
    );
  }
  if (placeInGlass !== 1 || name === undefined || name.memoryBytes === null) return null;
  return (
    <span className="flex items-center gap-2 text-xs text-muted">
      <span className="kernel whitespace-nowrap">
        {mebi(name.memoryBytes)}
        {name.memoryLimitBytes === null ? ' MiB' : ` / ${mebi(name.memoryLimitBytes)} MiB`}
      </span>
      {name.memoryLimitBytes === null ? null : (
        <Meter value={name.memoryBytes} max={name.memoryLimitBytes} className="w-8 shrink-0" />
      )}
    </span>
  );
}

function cellOf(id: ProcessColumn['id'], { row, short = false, onFold, name }: ProcessLineProps): ReactNode {
  const { process } = row;
  switch (id) {
    case 'pid':
      return process.pid;
    case 'inner':
      return process.containerPid ?? '';
    case 'command':
      return <Command row={row} short={short} onFold={() => onFold(process.pid)} />;
    case 'uid':
      return process.uid;
    case 'cpu':
      return process.cpuPct === null ? UNKNOWN : percent(process.cpuPct);
    case 'memory':
      return process.rssBytes === 0 ? '' : mebi(process.rssBytes);
    case 'threads':
      return process.threads;
    case 'state':
      return (
        <span className={cn('text-xs', STATE_LOOK[process.state] ?? 'text-muted')}>
          {row.ended ? 'ended' : process.state}
        </span>
      );
    case 'age':
      return <Age atMs={process.startedAtMs} className="text-muted" />;
    case 'glass':
      return <GlassNote row={row} name={name} />;
  }
}

const EDGE = {
  only: 'border rounded-md',
  top: 'border border-b-0 rounded-t-md',
  middle: 'border-x',
  bottom: 'border border-t-0 rounded-b-md',
};

/** The case around a container's processes: thin edges, and what is inside a little lit. */
const GlassPane = ({ row }: { row: ProcessRow }) =>
  row.glass === null || row.edge === null ? null : (
    <span
      aria-hidden
      className={cn(
        'pointer-events-none absolute inset-x-1',
        row.edge === 'top' || row.edge === 'only' ? 'top-0.5' : 'top-0',
        row.edge === 'bottom' || row.edge === 'only' ? 'bottom-0.5' : 'bottom-0',
        EDGE[row.edge],
        row.glass.kind === 'ours' ? 'border-accent/60 bg-accent/5' : 'border-dashed border-line-strong/70',
      )}
    />
  );

type ProcessLineProps = {
  row: ProcessRow;
  columns: readonly ProcessColumn[];
  template: string;
  /** What is not in a glass stands back. */
  dim: boolean;
  /** Commands without their directory. */
  short?: boolean;
  name: GlassName | undefined;
  onFold: (pid: number) => void;
};

const sameName = (a: GlassName | undefined, b: GlassName | undefined): boolean =>
  a?.name === b?.name && a?.memoryBytes === b?.memoryBytes && a?.memoryLimitBytes === b?.memoryLimitBytes;

/** Rows are made anew with each update; a process that did not change is the same object in them. */
const sameRow = (a: ProcessRow, b: ProcessRow): boolean =>
  a.process === b.process &&
  a.edge === b.edge &&
  a.placeInGlass === b.placeInGlass &&
  a.folded === b.folded &&
  a.hasChildren === b.hasChildren &&
  a.born === b.born &&
  a.ended === b.ended &&
  a.branches.join() === b.branches.join();

const sameLine = (a: ProcessLineProps, b: ProcessLineProps): boolean =>
  sameRow(a.row, b.row) &&
  sameName(a.name, b.name) &&
  a.template === b.template &&
  a.columns === b.columns &&
  a.dim === b.dim &&
  a.short === b.short &&
  a.onFold === b.onFold;

function Line(props: ProcessLineProps) {
  const { row, columns, template, dim } = props;
  return (
    <div
      className={cn(
        'relative grid h-full items-center gap-x-3 px-3',
        dim && row.glass === null && row.process.role.kind === 'plain' && 'text-muted',
        row.born && 'animate-glow',
        row.ended && 'animate-ended line-through',
      )}
      style={{ gridTemplateColumns: template }}
      role="presentation"
    >
      <GlassPane row={row} />
      {columns.map(({ id, right = false }) => (
        <div
          key={id}
          role="gridcell"
          className={cn(
            'h-full min-w-0 content-center',
            id === 'command' ? '' : 'truncate',
            right && 'kernel text-right',
            id === 'inner' && 'font-semibold',
          )}
        >
          {cellOf(id, props)}
        </div>
      ))}
    </div>
  );
}

/** The cells of one process. Rendered again only when something of it changed. */
export const ProcessLine = memo(Line, sameLine);
