'use client';
import { Button, EmptyState, Notice, Panel, Segmented, Skeleton } from '@vitrine/ui';
import { Hourglass, Undo2 } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { AutopsyFace } from '../autopsy/autopsy-face.tsx';
import { useContainerPage } from '../container-context.ts';
import { useContainerEvents } from '../use-container-events.ts';
import { Aside } from './aside.tsx';
import { Charts } from './charts.tsx';
import { KEPT_MS, shownSpan, WINDOW_MINUTES, type TimeSpan, type WindowMinutes } from './sample-window.ts';
import { useSamples } from './use-samples.tsx';
import { PageShape } from '../page-shape.tsx';

const MINUTES: readonly { value: `${WindowMinutes}`; label: string }[] = WINDOW_MINUTES.map((minutes) => ({
  value: `${minutes}`,
  label: `${minutes} min`,
}));

/** What it does now; and once it has ended, why. */
export function Overview() {
  const { detail } = useContainerPage();
  if (detail.status === 'stopped') return <AutopsyFace />;
  if (detail.status === 'running') return <Running />;
  return (
    <EmptyState icon={Hourglass} title={detail.status === 'created' ? 'Made, not started' : 'Being made'}>
      {detail.status === 'created'
        ? 'Its isolation stands and PID 1 waits for the word. Start it, and the charts begin.'
        : 'The launch takes a few milliseconds.'}
    </EmptyState>
  );
}

function Running() {
  const { containerRef, detail } = useContainerPage();
  const { samples, stream } = useSamples();
  const { events } = useContainerEvents(containerRef);
  const [minutes, setMinutes] = useState<`${WindowMinutes}`>('3');
  const [zoom, setZoom] = useState<TimeSpan | null>(null);
  const lastMs = samples.at(-1)?.atMs;

  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_380px]">
      <Panel
        title="Now"
        note={zoom === null ? 'Drag over a chart to look closer' : 'A stretch of the past. It goes on behind it.'}
        actions={
          <>
            {zoom === null ? null : (
              <Button size="sm" onClick={() => setZoom(null)}>
                <Undo2 aria-hidden className="size-3.5" />
                Back to now
              </Button>
            )}
            <Segmented
              label="Time shown"
              value={minutes}
              options={MINUTES}
              onChange={(next) => {
                setMinutes(next);
                setZoom(null);
              }}
            />
          </>
        }
      >
        {stream.status === 'failed' ? (
          <Notice tone="bad" className="mb-3">
            {stream.problem?.message} {stream.problem?.mend}{' '}
            <Button size="sm" onClick={stream.retry}>
              Try again
            </Button>
          </Notice>
        ) : null}
        {lastMs === undefined ? (
          <ChartsShape />
        ) : (
          <LiveCharts
            samples={samples}
            shown={shownSpan(zoom, Number(minutes) as WindowMinutes, lastMs)}
            cpuLimit={detail.limits.cpuCores ?? null}
            events={events}
            onZoom={setZoom}
            syncId={`container-${detail.id}`}
          />
        )}
        <p className="mt-4 border-t pt-2 text-xs text-muted">
          {detail.spec.network === 'host'
            ? "It uses the host's network, so the kernel keeps no figures of its own for it."
            : 'Its network holds only a loopback, so there is no traffic to draw.'}{' '}
          The agent remembers {KEPT_MS / 60_000} minutes.
        </p>
      </Panel>
      <Aside events={events} />
    </div>
  );
}

type LiveChartsProps = Omit<ComponentProps<typeof Charts>, 'span'> & { shown: TimeSpan };

/** Hands the charts what they already have until the stretch to draw has moved on or the past has grown. */
function LiveCharts({ samples, shown: { fromMs, toMs }, ...rest }: LiveChartsProps) {
  const key = `${fromMs} ${toMs} ${samples[0]?.atMs ?? 0}`;
  const [drawn, setDrawn] = useState({ key, samples, span: { fromMs, toMs } });
  if (drawn.key !== key) setDrawn({ key, samples, span: { fromMs, toMs } });
  return <Charts {...rest} samples={drawn.samples} span={drawn.span} />;
}

const ChartsShape = () => (
  <PageShape label="Waiting for the first sample" className="grid gap-x-6 gap-y-5 md:grid-cols-2">
    {Array.from({ length: 6 }, (_, index) => (
      <Skeleton key={index} className="h-[156px] w-full" />
    ))}
  </PageShape>
);
