/** What a column says about its width. */
type Sized = {
  /** A CSS grid track: "minmax(160px, 2fr)", "84px". */
  width: string;
  /** Shown only where the table is at least this wide, in CSS pixels. */
  fromWidth?: number;
};

/** Between two columns, and before and after them: `gap-x-3` and `px-3`. */
const GAP = 12;
const PADDING = 24;

/** The first length of a track is the least it takes. */
const leastOf = ({ width }: Sized): number => Number(/(\d+)px/.exec(width)?.[1] ?? 0);

const widthOf = (columns: readonly Sized[]): number =>
  columns.reduce((sum, column) => sum + leastOf(column), PADDING + GAP * Math.max(0, columns.length - 1));

/**
 * The columns for a table of this width, in CSS pixels; 0 is not measured yet. Those that ask for more width leave
 * first, and then, while the rest would still stand out, the one that asked for the most.
 */
export function columnsThatFit<Column extends Sized>(columns: readonly Column[], width: number): readonly Column[] {
  if (width === 0) return columns;
  let shown = columns.filter(({ fromWidth = 0 }) => width >= fromWidth);
  while (widthOf(shown) > width) {
    const most = Math.max(...shown.map(({ fromWidth = 0 }) => fromWidth));
    // What has to be there stays.
    if (most === 0) break;
    shown = shown.filter(({ fromWidth = 0 }) => fromWidth < most);
  }
  return shown;
}
