import { memo, type ReactNode } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { readableTop, roundUp, timeTicks } from './axis.ts';
import { cn } from './cn.ts';
import { useWidth } from './use-width.ts';
import { useZoomDrag } from './use-zoom-drag.ts';

/** One moment: its time and a number (or null: nobody knows) for each series. */
export type TimePoint = { readonly atMs: number } & Readonly<Record<string, number | null>>;

export type TimeSeriesLine = {
  key: string;
  label: string;
  color?: 1 | 2 | 3 | 4;
  /** Filled below. Filled ones with the same `stack` stand on each other. */
  fill?: boolean;
  stack?: string;
  dashed?: boolean;
};

export type TimeMark = { atMs: number; label: string; tone: 'neutral' | 'bad' };

type TimeSeriesProps = {
  label: string;
  /** As it stands in the header: "cores", "MiB". */
  unit: string;
  points: readonly TimePoint[];
  lines: readonly TimeSeriesLine[];
  /** The shared axis, in epoch milliseconds. */
  fromMs: number;
  toMs: number;
  /** A number in the unit, with fixed precision. */
  format: (value: number) => string;
  limit?: { value: number; label: string } | undefined;
  /** The top of the scale; else the greatest value, or the limit where it is near. */
  max?: number | undefined;
  /** The least top of the scale, so that next to nothing looks like it. */
  minTop?: number;
  marks?: readonly TimeMark[];
  /** Charts with the same id share one crosshair. */
  syncId?: string;
  /** A stretch was dragged over; null after a double click. */
  onZoom?: (range: { fromMs: number; toMs: number } | null) => void;
  /** The last value, or what stands for it, at the right of the header. */
  now?: ReactNode;
  height?: number;
  className?: string;
};

const COLOR = { 1: 'var(--series-1)', 2: 'var(--series-2)', 3: 'var(--series-3)', 4: 'var(--series-4)' };
const TICK = { fontSize: 11, fill: 'var(--faint)', fontFamily: 'var(--font-mono)' };
/** Room for "15:04:30" and the gap after it. */
const LABEL_WIDTH = 72;
const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

type CrosshairProps = Pick<TimeSeriesProps, 'format' | 'lines' | 'unit'> & {
  active?: boolean;
  label?: unknown;
  payload?: readonly { dataKey?: unknown; value?: unknown }[];
};

function Crosshair({ active, label, payload, format, lines, unit }: CrosshairProps) {
  if (active !== true || payload === undefined || typeof label !== 'number') return null;
  return (
    <div className="rounded-md border bg-panel px-2 py-1 text-xs shadow-float">
      <div className="kernel text-muted">{clock.format(label)}</div>
      {lines.map((line) => {
        const value = payload.find((entry) => entry.dataKey === line.key)?.value;
        return (
          <div key={line.key} className="flex items-baseline gap-2">
            <span aria-hidden className="size-2 rounded-full" style={{ background: COLOR[line.color ?? 1] }} />
            <span className="text-muted">{line.label}</span>
            <span className="kernel ml-auto">{typeof value === 'number' ? `${format(value)} ${unit}` : '–'}</span>
          </div>
        );
      })}
    </div>
  );
}

/** The limit is drawn to scale where it would not crush the line into the floor. */
type Scale = Pick<TimeSeriesProps, 'points' | 'lines' | 'limit' | 'max' | 'minTop'>;

function topOf({ points, lines, limit, max, minTop = 0 }: Scale): number {
  if (max !== undefined) return max;
  let peak = 0;
  for (const point of points) {
    const stacks = new Map<string, number>();
    for (const { key, stack } of lines) {
      const value = point[key];
      if (typeof value !== 'number') continue;
      const sum = (stacks.get(stack ?? key) ?? 0) + value;
      stacks.set(stack ?? key, sum);
      if (sum > peak) peak = sum;
    }
  }
  const top = roundUp(Math.max(peak * 1.05, minTop));
  return limit !== undefined && limit.value < top * 4 ? Math.max(top, roundUp(limit.value * 1.05)) : top;
}

/** One chart of a shared time axis: no animation, a limit line, event ticks, drag to zoom. */
export const TimeSeries = memo(function TimeSeries(props: TimeSeriesProps) {
  const {
    label,
    unit,
    points,
    lines,
    fromMs,
    toMs,
    format,
    limit,
    marks = [],
    syncId,
    now,
    height = 132,
    className,
  } = props;
  const { drag, handlers } = useZoomDrag(props.onZoom);
  const { ref, width } = useWidth<HTMLDivElement>();
  const top = readableTop(topOf(props), format);
  const time = timeTicks(fromMs, toMs, Math.min(6, Math.max(2, Math.floor((width - 46) / LABEL_WIDTH))));
  const limitShown = limit !== undefined && limit.value <= top;

  return (
    <figure aria-label={`${label} over time, in ${unit}`} className={cn('min-w-0', className)}>
      <figcaption className="mb-1 flex min-h-5 flex-wrap items-center gap-x-3">
        <span className="font-medium">{label}</span>
        <span className="text-xs text-faint">{unit}</span>
        {lines.length < 2 ? null : (
          <span className="flex flex-wrap gap-x-3 text-xs text-muted">
            {lines.map((line) => (
              <span key={line.key} className="flex items-center gap-1">
                <span aria-hidden className="h-0.5 w-3" style={{ background: COLOR[line.color ?? 1] }} />
                {line.label}
              </span>
            ))}
          </span>
        )}
        <span className="kernel ml-auto text-ink">{now}</span>
      </figcaption>
      <div ref={ref} style={{ height }} className="relative touch-pan-y select-none">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 320, height }}>
          <ComposedChart
            data={points as TimePoint[]}
            margin={MARGIN}
            accessibilityLayer={false}
            syncMethod="value"
            {...(syncId === undefined ? {} : { syncId })}
            {...handlers}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="atMs"
              type="number"
              domain={[fromMs, toMs]}
              allowDataOverflow
              ticks={time.ticks}
              interval={0}
              tickFormatter={(atMs: number) => clock.format(atMs).slice(0, time.withSeconds ? 8 : 5)}
              tick={TICK}
              tickLine={false}
              axisLine={false}
              height={18}
            />
            <YAxis
              domain={[0, top]}
              width={46}
              tick={TICK}
              tickLine={false}
              axisLine={false}
              ticks={[0, top / 2, top]}
              interval={0}
              tickFormatter={(value: number) => format(value)}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--line-strong)', strokeWidth: 1 }}
              content={<Crosshair format={format} lines={lines} unit={unit} />}
            />
            {lines.map((line) => (
              <Trace key={line.key} line={line} />
            ))}
            {limitShown ? (
              <ReferenceLine
                y={limit.value}
                stroke="var(--warn)"
                strokeDasharray="4 3"
                label={{ value: limit.label, position: 'insideTopRight', fontSize: 11, fill: 'var(--warn)' }}
              />
            ) : null}
            {marks.map((mark) => (
              <ReferenceLine
                key={`${mark.atMs}-${mark.label}`}
                x={mark.atMs}
                stroke={mark.tone === 'bad' ? 'var(--bad)' : 'var(--line-strong)'}
                strokeDasharray="2 2"
              />
            ))}
            {drag === null ? null : (
              <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--accent)" fillOpacity={0.15} />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
});

function Trace({ line }: { line: TimeSeriesLine }) {
  const color = COLOR[line.color ?? 1];
  const common = {
    dataKey: line.key,
    stroke: color,
    strokeWidth: 1.5,
    dot: false,
    activeDot: { r: 2.5 },
    isAnimationActive: false,
  } as const;
  const dash = line.dashed === true ? { strokeDasharray: '3 3' } : {};
  if (line.fill === true) {
    return (
      <Area
        {...common}
        {...dash}
        {...(line.stack === undefined ? {} : { stackId: line.stack })}
        type="linear"
        fill={color}
        fillOpacity={0.16}
        connectNulls={false}
      />
    );
  }
  return <Line {...common} {...dash} type="linear" connectNulls={false} />;
}
