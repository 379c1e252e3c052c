'use client';
import {
  Figure,
  Segmented,
  Skeleton,
  TimeSeries,
  type FigureOrigin,
  type TimePoint,
  type TimeSeriesLine,
} from '@vitrine/ui';
import { useMemo, useState, type ReactNode } from 'react';
import { cores, gibi, mebi, orUnknown, percent, UNKNOWN } from '../figures/format.ts';
import { hostSeries } from '../figures/host-figures.ts';
import type { HostEntry } from '../live/live.tsx';
import { agentOrigin, cpuOrigin, loadOrigin, memoryOrigin, pressureOrigin, processesOrigin } from './host-sources.ts';

const GIB = 1024 ** 3;

const SPANS = [
  { value: '1', label: '1 min', title: 'The last minute' },
  { value: '5', label: '5 min', title: 'The last five minutes' },
  { value: '15', label: '15 min', title: 'The last 15 minutes' },
] as const;
type Span = (typeof SPANS)[number]['value'];

type Range = { fromMs: number; toMs: number };

/** More points than pixels only cost time: every nth is drawn. */
const MOST_POINTS = 180;

function thin<T>(points: readonly T[]): readonly T[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return step <= 1 ? points : points.filter((_, index) => (points.length - 1 - index) % step === 0);
}

function usePoints(history: HostEntry['history'], fromMs: number): readonly TimePoint[] {
  return useMemo(() => {
    const byTime = new Map(history.map((sample) => [sample.atMs, sample]));
    const points = hostSeries(history)
      .filter(({ atMs }) => atMs >= fromMs)
      .map((figures): TimePoint => {
        const sample = byTime.get(figures.atMs);
        return {
          atMs: figures.atMs,
          cpu: figures.cpuPct ?? null,
          memory: figures.memoryUsedBytes === undefined ? null : figures.memoryUsedBytes / GIB,
          cpuPressure: sample?.cpuPressure?.some10Pct ?? null,
          memoryPressure: sample?.memoryPressure?.some10Pct ?? null,
          ioPressure: sample?.ioPressure?.some10Pct ?? null,
          agent: figures.agentCpuPct ?? null,
        };
      });
    return thin(points);
  }, [history, fromMs]);
}

const CPU: readonly TimeSeriesLine[] = [{ key: 'cpu', label: 'busy', color: 1, fill: true }];
const MEMORY: readonly TimeSeriesLine[] = [{ key: 'memory', label: 'used', color: 2, fill: true }];
const PRESSURE: readonly TimeSeriesLine[] = [
  { key: 'cpuPressure', label: 'CPU', color: 1 },
  { key: 'memoryPressure', label: 'memory', color: 2 },
  { key: 'ioPressure', label: 'I/O', color: 3 },
];
const AGENT: readonly TimeSeriesLine[] = [{ key: 'agent', label: 'agent', color: 4, fill: true }];

const Now = ({ label, origin, children }: { label: string; origin: FigureOrigin; children: ReactNode }) => (
  <Figure label={label} origin={origin} className="kernel text-ink">
    {children}
  </Figure>
);

/** What the host does, on one time axis with one crosshair; and what watching it costs. */
export function HostCharts({ entry }: { entry: HostEntry }) {
  const { host, history } = entry;
  const [span, setSpan] = useState<Span>('5');
  const [zoom, setZoom] = useState<Range | null>(null);
  const after = history.at(-1);
  const newestMs = after?.atMs ?? 0;
  const range = zoom ?? { fromMs: newestMs - Number(span) * 60_000, toMs: newestMs };
  const points = usePoints(history, range.fromMs);
  if (after === undefined) return <Skeleton className="h-40 w-full" />;

  const two = { before: history.at(-2), after };
  const last = points.at(-1);
  const common = { ...range, points, syncId: `host ${host.id}`, onZoom: setZoom, height: 108 };
  const worst = [after.cpuPressure, after.memoryPressure, after.ioPressure]
    .filter((value) => value !== null)
    .map(({ some10Pct }) => some10Pct);
  return (
    <section aria-label="What the host does">
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <h2 className="text-base font-semibold">Now</h2>
        <p className="text-muted">
          load{' '}
          <Now label="The load" origin={loadOrigin(two)}>
            {after.load1.toFixed(2)}
          </Now>
          ,{' '}
          <Now label="The number of processes" origin={processesOrigin(two)}>
            {after.processes}
          </Now>{' '}
          processes
        </p>
        <div className="ml-auto flex items-center gap-2">
          {zoom === null ? null : <span className="text-xs text-muted">zoomed; double-click a chart to return</span>}
          <Segmented
            label="Span"
            value={span}
            onChange={(next) => {
              setZoom(null);
              setSpan(next);
            }}
            options={SPANS}
          />
        </div>
      </div>
      <div className="grid gap-x-6 gap-y-5 md:grid-cols-2 2xl:grid-cols-4">
        <TimeSeries
          {...common}
          label="CPU"
          unit="% of all"
          lines={CPU}
          max={100}
          format={(value) => value.toFixed(0)}
          now={
            <Now label="CPU" origin={cpuOrigin(two)}>
              {orUnknown(last?.['cpu'], percent)} % · {cores(((last?.['cpu'] ?? 0) / 100) * after.cpuCount)} of{' '}
              {after.cpuCount} cores
            </Now>
          }
        />
        <TimeSeries
          {...common}
          label="Memory"
          unit="GiB"
          lines={MEMORY}
          max={after.memoryTotalBytes / GIB}
          format={(value) => value.toFixed(1)}
          now={
            <Now label="Memory" origin={memoryOrigin(two)}>
              {gibi(after.memoryTotalBytes - after.memoryAvailableBytes)} / {gibi(after.memoryTotalBytes)}
            </Now>
          }
        />
        <TimeSeries
          {...common}
          label="Pressure"
          unit="% waiting"
          lines={PRESSURE}
          minTop={4}
          format={(value) => value.toFixed(value > 0 && value < 10 ? 1 : 0)}
          now={
            <Now label="Pressure" origin={pressureOrigin(two)}>
              {worst.length === 0 ? UNKNOWN : `${percent(Math.max(...worst))} %`}
            </Now>
          }
        />
        <TimeSeries
          {...common}
          label="Agent’s own cost"
          unit="% of a core"
          lines={AGENT}
          minTop={1}
          format={(value) => value.toFixed(1)}
          now={
            <Now label="The agent’s own cost" origin={agentOrigin(two, host.info?.agentPid)}>
              {orUnknown(last?.['agent'], percent)} % · {mebi(after.agent.rssBytes)} MiB
            </Now>
          }
        />
      </div>
    </section>
  );
}
