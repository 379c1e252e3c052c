import { cn } from './cn.ts';

type MeterProps = { value: number; max: number; className?: string };

/** How much of a limit is used: amber from 80 %, red from 95 %. A picture only; the numbers stand beside it in words. */
export function Meter({ value, max, className }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <span aria-hidden className={cn('block h-1 w-full overflow-hidden rounded-full bg-line', className)}>
      <span
        className={cn('block h-full rounded-full', share >= 0.95 ? 'bg-bad' : share >= 0.8 ? 'bg-warn' : 'bg-series-1')}
        style={{ width: `${share * 100}%` }}
      />
    </span>
  );
}
