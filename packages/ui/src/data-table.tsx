/* oxlint-disable jsx-a11y/prefer-tag-over-role -- rows are positioned by the virtualiser, which a <table> cannot do */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState, type MouseEvent, type ReactNode } from 'react';
import { cn } from './cn.ts';
import { columnsThatFit } from './columns-that-fit.ts';
import { useHeldOrder, type HeldRow } from './use-held-order.ts';
import { useRowKeys } from './use-row-keys.ts';
import { useVirtualRows } from './use-virtual-rows.ts';

export type Column<Row> = {
  id: string;
  header: string;
  /** Stands in the header, so that cells hold only figures. */
  unit?: string;
  /** A CSS grid track: "minmax(160px, 2fr)", "84px". */
  width: string;
  align?: 'right';
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  sort?: (row: Row) => string | number | null;
  /** Shown only where the table is at least this wide, in CSS pixels. */
  fromWidth?: number;
  /** The header is read out but not drawn: a column of buttons. */
  hideHeader?: boolean;
};

export type Sort = { column: string; descending: boolean };

type DataTableProps<Row> = {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  defaultSort: Sort;
  /** Click or Enter on a row. Put a real link in the name's cell as well, for a new tab. */
  onOpen?: (row: Row) => void;
  isDimmed?: (row: Row) => boolean;
  empty: ReactNode;
  /** Whether j and k move here; one table of a page at most. */
  keys?: boolean;
  className?: string;
};

/** Nulls go last in either direction: what is not known is neither much nor little. */
export function compareCells(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), undefined, { numeric: true });
  return descending ? -order : order;
}

function useSorted<Row>({ rows, columns, rowKey }: DataTableProps<Row>, sort: Sort): readonly Row[] {
  return useMemo(() => {
    const value = columns.find((column) => column.id === sort.column)?.sort;
    if (value === undefined) return rows;
    return rows.toSorted(
      (a, b) => compareCells(value(a), value(b), sort.descending) || rowKey(a).localeCompare(rowKey(b)),
    );
  }, [rows, columns, rowKey, sort]);
}

type HeaderProps<Row> = { columns: readonly Column<Row>[]; sort: Sort; onSort: (sort: Sort) => void; template: string };

function Header<Row>({ columns, sort, onSort, template }: HeaderProps<Row>) {
  return (
    <div role="rowgroup" className="sticky top-[var(--bar-height,0px)] z-10 rounded-t-lg border-b bg-panel">
      <div
        role="row"
        className="grid h-8 items-center gap-x-3 px-3 text-xs text-muted"
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column) => {
          const sorted = sort.column === column.id;
          const Arrow = sort.descending ? ArrowDown : ArrowUp;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={
                column.sort === undefined ? undefined : sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'
              }
              className={cn('min-w-0 truncate', column.align === 'right' && 'text-right')}
            >
              {column.hideHeader === true ? (
                <span className="sr-only">{column.header}</span>
              ) : column.sort === undefined ? (
                <HeaderText column={column} />
              ) : (
                <button
                  type="button"
                  onClick={() =>
                    onSort({ column: column.id, descending: sorted ? !sort.descending : column.align === 'right' })
                  }
                  className={cn(
                    'inline-flex max-w-full items-center gap-1 rounded-sm py-1 hover:text-ink',
                    sorted && 'text-ink',
                    column.align === 'right' && 'flex-row-reverse',
                  )}
                >
                  <HeaderText column={column} />
                  {sorted ? <Arrow aria-hidden className="size-3 shrink-0" /> : null}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const HeaderText = <Row,>({ column: { header, unit } }: { column: Column<Row> }) => (
  <span className="truncate">
    {header}
    {unit === undefined ? null : <span className="text-faint"> {unit}</span>}
  </span>
);

const onControl = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('a, button, input, select, [role="menuitem"]') !== null;

/** Rows by the hundred: sticky header, sorting, keys, only what is seen is rendered, and no row moves under the pointer. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rowKey, defaultSort, onOpen, isDimmed, empty, keys: keysEnabled = false, className } = props;
  const [sort, setSort] = useState(defaultSort);
  const sorted = useSorted(props, sort);
  const { rows, renew, pointer } = useHeldOrder(sorted, rowKey);
  const { ref, width, rowHeight, totalHeight, items, scrollTo } = useVirtualRows(rows.length);
  const shown = columnsThatFit(columns, width);
  const template = shown.map(({ width }) => width).join(' ');
  const { body, current, setCurrent, onRowKey } = useRowKeys({
    keys: useMemo(() => rows.map(({ key }) => key), [rows]),
    onOpen: onOpen === undefined ? undefined : (key) => openByKey(rows, key, onOpen),
    scrollTo,
    onMove: renew,
    enabled: keysEnabled,
  });
  const rowClick = (event: MouseEvent, row: Row): void => {
    // A dialog opened from a row stands elsewhere in the page, but its clicks come by here.
    const inRow = event.target instanceof Node && event.currentTarget.contains(event.target);
    if (onOpen !== undefined && inRow && !onControl(event.target)) onOpen(row);
  };

  return (
    <div role="grid" aria-label={label} aria-rowcount={rows.length + 1} className={cn('min-w-0', className)}>
      <Header
        columns={shown}
        sort={sort}
        template={template}
        onSort={(next) => {
          renew();
          setSort(next);
        }}
      />
      <div ref={ref} className="min-w-0">
        {rows.length === 0 ? (
          <div role="row">
            <div role="gridcell">{empty}</div>
          </div>
        ) : (
          <div ref={body} role="rowgroup" className="relative" style={{ height: totalHeight }} {...pointer}>
            {items.map(({ index, offset }) => {
              const held = rows[index];
              if (held === undefined) return null;
              const first = current === null ? index === 0 : current === held.key;
              return (
                <div
                  key={held.key}
                  role="row"
                  data-key={held.key}
                  aria-rowindex={index + 2}
                  tabIndex={first ? 0 : -1}
                  onFocus={() => setCurrent(held.key)}
                  onKeyDown={(event) => onRowKey(event, held.key)}
                  onClick={(event) => rowClick(event, held.row)}
                  className={cn(
                    'absolute inset-x-0 top-0 grid items-center gap-x-3 border-b px-3 text-sm hover:bg-hover focus-visible:-outline-offset-2',
                    onOpen !== undefined && 'cursor-pointer',
                    (held.gone || isDimmed?.(held.row) === true) && 'stale',
                  )}
                  style={{
                    gridTemplateColumns: template,
                    height: rowHeight,
                    transform: `translateY(${offset}px)`,
                  }}
                >
                  {shown.map((column) => (
                    <div
                      key={column.id}
                      role="gridcell"
                      className={cn('min-w-0 truncate', column.align === 'right' && 'kernel text-right')}
                    >
                      {column.cell(held.row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

function openByKey<Row>(rows: readonly HeldRow<Row>[], key: string, onOpen: (row: Row) => void): void {
  const found = rows.find((row) => row.key === key);
  if (found !== undefined && !found.gone) onOpen(found.row);
}
