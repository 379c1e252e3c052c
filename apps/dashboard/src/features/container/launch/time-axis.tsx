import { cn } from '@vitrine/ui';
import { axisTicks, microseconds } from './waterfall.ts';

/** One grid for the axis, the groups and the steps, so that all bars share it. */
export const ROW_GRID =
  'grid grid-cols-[minmax(0,1fr)_4.5rem] sm:grid-cols-[minmax(0,20rem)_4.5rem_minmax(0,1fr)] items-center gap-x-3';

/** Round moments above the bars. */
export function TimeAxis({ axisNs }: { axisNs: number }) {
  return (
    <div className={cn(ROW_GRID, 'h-7 border-b px-3 text-xs text-muted')}>
      <span>What</span>
      <span className="text-right">µs</span>
      <span className="relative h-full max-sm:hidden" aria-hidden>
        <span className="kernel absolute top-1/2 left-0 -translate-y-1/2">0</span>
        {axisTicks(axisNs, 6).map((ns) => (
          <span
            key={ns}
            className="kernel absolute top-0 flex h-full items-center border-l pl-1"
            style={{ left: `${(ns / axisNs) * 100}%` }}
          >
            {microseconds(ns)}
          </span>
        ))}
      </span>
    </div>
  );
}
