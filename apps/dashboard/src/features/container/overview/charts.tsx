'use client';
import type { FigureName, FleetEvent } from '@vitrine/protocol';
import { exitTone } from '@vitrine/protocol';
import { TimeSeries, type TimeMark, type TimeSeriesLine } from '@vitrine/ui';
import { memo, useMemo, type ReactNode } from 'react';
import { eventWords } from '../event-words.ts';
import { cores, orUnknown, percent } from '../../figures/format.ts';
import { countText, inKibibytes, inMebibytes, kibibytesText, limitText, mebibytesText } from './figure-words.ts';
import { POINTS_DRAWN, stepFor, within, type TimeSpan } from './sample-window.ts';
import { chartPoints, thinned, type ChartPoint } from './series.ts';
import { SourcedFigure } from './sourced-figure.tsx';
import type { CgroupSample } from '@vitrine/protocol';

/** All charts read the same points, scaled to the units of their axes. */
const scaled = (point: ChartPoint) => ({
  ...point,
  memoryMib: inMebibytes(point.memoryBytes),
  anonMib: inMebibytes(point.memoryAnonBytes),
  fileMib: inMebibytes(point.memoryFileBytes),
  readKib: inKibibytes(point.ioReadPerSec),
  writeKib: inKibibytes(point.ioWritePerSec),
});
type Scaled = ReturnType<typeof scaled>;
type Key = Exclude<keyof Scaled, 'atMs'>;

type Limits = { cpuCores: number | null; memoryMib: number | null; pids: number | null };

interface Chart {
  label: string;
  unit: string;
  lines: readonly (TimeSeriesLine & { key: Key })[];
  format: (value: number) => string;
  /** The figure at the right of the header, and its source. */
  now: { key: Key; figure: FigureName };
  limit?: (limits: Limits) => number | null;
  /** The top of the scale, where it is not the greatest value. */
  top?: (points: readonly Scaled[], limits: Limits) => number;
  /** Why there may be nothing to draw. */
  missing: string;
}

const CHARTS: readonly Chart[] = [
  {
    label: 'CPU',
    unit: 'cores',
    lines: [{ key: 'cpuCores', label: 'in use', color: 1, fill: true }],
    format: cores,
    now: { key: 'cpuCores', figure: 'cpu' },
    limit: ({ cpuCores }) => cpuCores,
    missing: 'No second sample yet.',
  },
  {
    label: 'Held back',
    unit: '% of periods',
    lines: [{ key: 'throttledPct', label: 'throttled', color: 3, fill: true }],
    format: percent,
    now: { key: 'throttledPct', figure: 'cpuThrottled' },
    top: () => 100,
    missing: 'The kernel counts no throttling of it: that needs a CPU limit.',
  },
  {
    label: 'Memory',
    unit: 'MiB',
    lines: [
      { key: 'anonMib', label: 'anonymous', color: 2, fill: true, stack: 'parts' },
      { key: 'fileMib', label: 'file', color: 4, fill: true, stack: 'parts' },
      { key: 'memoryMib', label: 'in use', color: 1 },
    ],
    format: mebibytesText,
    now: { key: 'memoryMib', figure: 'memory' },
    limit: ({ memoryMib }) => memoryMib,
    missing: 'This kernel does not account its memory.',
  },
  {
    label: 'PIDs',
    unit: '',
    lines: [{ key: 'pids', label: 'tasks', color: 1, fill: true }],
    format: countText,
    now: { key: 'pids', figure: 'pids' },
    limit: ({ pids }) => pids,
    top: pidsTop,
    missing: 'This kernel does not count its tasks.',
  },
  {
    label: 'Disk I/O',
    unit: 'KiB/s',
    lines: [
      { key: 'readKib', label: 'read', color: 1 },
      { key: 'writeKib', label: 'written', color: 2 },
    ],
    format: kibibytesText,
    now: { key: 'writeKib', figure: 'io' },
    missing: 'This kernel does not account its disk I/O.',
  },
  {
    label: 'Pressure',
    unit: '% of time a task waited',
    lines: [
      { key: 'cpuPressurePct', label: 'CPU', color: 1 },
      { key: 'memoryPressurePct', label: 'memory', color: 2 },
      { key: 'ioPressurePct', label: 'I/O', color: 3 },
    ],
    format: percent,
    now: { key: 'cpuPressurePct', figure: 'cpuPressure' },
    missing: 'This kernel does not tell pressure per container: that needs cgroup v2.',
  },
];

/** A whole number of processes at half the height, too; up to the limit where that is near enough to be seen. */
function pidsTop(points: readonly Scaled[], { pids: limit }: Limits): number {
  const peak = Math.max(1, ...points.map(({ pids }) => pids ?? 0));
  const top = limit !== null && limit <= peak * 4 ? Math.max(peak, limit) * 1.08 : peak * 1.15;
  return Math.ceil(top / 2) * 2;
}

type ChartsProps = {
  samples: readonly CgroupSample[];
  span: TimeSpan;
  cpuLimit: number | null;
  events: readonly FleetEvent[];
  onZoom?: (range: TimeSpan | null) => void;
  /** Charts with the same name share one crosshair. */
  syncId: string;
};

/** Six charts on one time axis with one crosshair; events are ticks on it. Drawn anew only when a property changes. */
export const Charts = memo(function Charts({ samples, span, cpuLimit, events, onZoom, syncId }: ChartsProps) {
  const { fromMs, toMs } = span;
  const points = useMemo(() => {
    const shown = { fromMs, toMs };
    return chartPoints(thinned(within(samples, shown), stepFor(shown, POINTS_DRAWN))).map(scaled);
  }, [samples, fromMs, toMs]);
  const marks = useMemo(
    () => events.map(markOf).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    [events, fromMs, toMs],
  );
  const last = points.at(-1);
  const limits = {
    cpuCores: cpuLimit,
    memoryMib: inMebibytes(last?.memoryLimitBytes ?? null),
    pids: last?.pidsLimit ?? null,
  };
  return (
    <div className="grid gap-x-6 gap-y-5 md:grid-cols-2">
      {CHARTS.map((chart) => (
        <ChartSlot key={chart.label} {...{ chart, points, span, marks, limits, syncId, onZoom }} />
      ))}
    </div>
  );
});

function markOf({ event }: FleetEvent): TimeMark {
  const bad =
    event.type === 'container.oom-kill' || (event.type === 'container.exited' && exitTone(event.exit) === 'bad');
  return { atMs: event.atMs, label: eventWords(event).what, tone: bad ? 'bad' : 'neutral' };
}

type ChartSlotProps = Pick<ChartsProps, 'span' | 'syncId'> & {
  onZoom: ChartsProps['onZoom'];
  chart: Chart;
  points: readonly Scaled[];
  marks: readonly TimeMark[];
  limits: Limits;
};

function ChartSlot({ chart, points, span, marks, limits, syncId, onZoom }: ChartSlotProps) {
  const { label, unit, lines, format, now, missing } = chart;
  const told = points.some((point) => lines.some(({ key }) => point[key] !== null));
  if (!told) return <Missing label={label} unit={unit} why={points.length < 2 ? 'No second sample yet.' : missing} />;
  const limit = chart.limit?.(limits) ?? null;
  return (
    <TimeSeries
      label={label}
      unit={unit}
      points={points}
      lines={lines.filter(({ key }) => points.some((point) => point[key] !== null))}
      fromMs={span.fromMs}
      toMs={span.toMs}
      format={format}
      marks={marks}
      syncId={syncId}
      max={chart.top?.(points, limits)}
      limit={limit === null ? undefined : { value: limit, label: `limit ${limitText(limit)}` }}
      {...(onZoom === undefined ? {} : { onZoom })}
      now={
        <SourcedFigure figure={now.figure} label={label}>
          {orUnknown(points.at(-1)?.[now.key], format)}
        </SourcedFigure>
      }
    />
  );
}

/** Keeps the chart's place, and says why it is empty. */
const Missing = ({ label, unit, why }: { label: string; unit: string; why: ReactNode }) => (
  <figure aria-label={label} className="min-w-0">
    <figcaption className="mb-1 flex items-baseline gap-x-3">
      <span className="font-medium">{label}</span>
      <span className="text-xs text-muted">{unit}</span>
    </figcaption>
    <p className="flex h-[132px] items-center justify-center border-y border-dashed px-6 text-center text-xs text-muted">
      {why}
    </p>
  </figure>
);
