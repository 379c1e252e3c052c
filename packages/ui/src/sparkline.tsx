import { memo } from 'react';
import { cn } from './cn.ts';

type SparklineProps = {
  /** Oldest first, evenly spaced; null where nothing was heard. */
  values: readonly (number | null)[];
  /** The top of the scale; the greatest value (at least `floor`) when left out. */
  max?: number | undefined;
  /** Keeps a quiet line flat instead of blowing noise up to full height. */
  floor?: number;
  /** How many values span the width: the newest stands at the right edge. */
  span?: number;
  label: string;
  className?: string;
};

const WIDTH = 120;
const HEIGHT = 24;

/** Two path strings, line and area; a null lifts the pen. */
function draw(values: readonly (number | null)[], top: number, span: number): { line: string; area: string } {
  const step = WIDTH / Math.max(1, span - 1);
  const from = WIDTH - (values.length - 1) * step;
  const strokes: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) {
      strokes.push([]);
      return;
    }
    const y = HEIGHT - 1 - Math.min(1, Math.max(0, value / top)) * (HEIGHT - 2);
    strokes.at(-1)?.push(`${(from + index * step).toFixed(1)} ${y.toFixed(1)}`);
  });
  const drawn = strokes.filter((points) => points.length > 0);
  const foot = (point: string | undefined): string => `${(point ?? '0').split(' ')[0] ?? '0'} ${HEIGHT}`;
  return {
    line: drawn.map((points) => `M${points.join('L')}`).join(''),
    area: drawn.map((points) => `M${foot(points[0])}L${points.join('L')}L${foot(points.at(-1))}Z`).join(''),
  };
}

/** The shape of the last minute, without axes: two SVG paths, cheap enough for hundreds of rows a second. */
export const Sparkline = memo(function Sparkline({
  values,
  max,
  floor = 0,
  span = 60,
  label,
  className,
}: SparklineProps) {
  const shown = values.slice(-span);
  const peak = max ?? Math.max(floor, ...shown.map((value) => value ?? 0));
  const { line, area } = draw(shown, peak > 0 ? peak : 1, span);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cn('block h-6 w-full text-series-1', className)}
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
      <path d={area} fill="currentColor" opacity="0.14" />
      <path d={line} fill="none" stroke="currentColor" strokeWidth="1.25" vectorEffect="non-scaling-stroke" />
    </svg>
  );
});
