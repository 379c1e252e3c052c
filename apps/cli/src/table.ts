import { stripVTControlCharacters } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Figures stand under each other by their last digit. */
  readonly align?: 'left' | 'right';
  /** The one column that gives way when the terminal is too narrow. */
  readonly shrinks?: boolean;
}

const GAP = '  ';
const SHORTEST_SHRUNK = 12;

/** Control characters from elsewhere (a command, a label) never reach the terminal; our own colours are put on after. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

function fit(text: string, width: number, align: 'left' | 'right'): string {
  const cut = widthOf(text) > width ? `${text.slice(0, width - 1)}…` : text;
  const padding = ' '.repeat(width - widthOf(cut));
  return align === 'right' ? padding + cut : cut + padding;
}

/** How wide each column is, so that a line fits into `columns` if giving way in one column can do that. */
function layOut<Row>(table: readonly Column<Row>[], cells: readonly (readonly string[])[], columns: number): number[] {
  const widths = table.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => widthOf(line[index] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  const shrinking = table.findIndex(({ shrinks }) => shrinks === true);
  const widest = widths[shrinking];
  if (total > columns && widest !== undefined) {
    widths[shrinking] = Math.min(widest, Math.max(SHORTEST_SHRUNK, widest - (total - columns)));
  }
  return widths;
}

/** A title line and one line a row; no lines at all around them, so that `awk` and eyes can both read it. */
export function renderTable<Row>(
  table: readonly Column<Row>[],
  rows: readonly Row[],
  columns: number = Number.POSITIVE_INFINITY,
): string {
  const cells = rows.map((row) => table.map(({ cell }) => cell(row)));
  const widths = layOut(table, cells, columns);
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => fit(text, widths[index] ?? 0, table[index]?.align ?? 'left'))
      .join(GAP)
      .trimEnd();
  return [line(table.map(({ title }) => title)), ...cells.map(line)].join('\n');
}

/** Names and values under each other: `memory limit  64 MiB`. */
export function renderSheet(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}${GAP}${value}`.trimEnd()).join('\n');
}
