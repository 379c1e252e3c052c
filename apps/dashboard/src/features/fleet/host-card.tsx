import { exitTone } from '@vitrine/protocol';
import { Age, Badge, cn, Figure, Sparkline, StateBadge, type FigureOrigin } from '@vitrine/ui';
import Link from 'next/link';
import { useMemo, type ReactNode } from 'react';
import { mebi, percent, UNKNOWN } from '../figures/format.ts';
import { hostSeries } from '../figures/host-figures.ts';
import { agentOrigin, cpuOrigin, memoryOrigin, pressureOrigin } from '../host/host-sources.ts';
import { HostStateBadge } from '../host/host-state.tsx';
import { staleSince, useContainers, type HostEntry } from '../live/live.tsx';

type LineProps = { label: string; spark: ReactNode; value: string; origin: FigureOrigin | undefined };

const Line = ({ label, spark, value, origin }: LineProps) => (
  <div className="grid grid-cols-[64px_minmax(0,1fr)_64px] items-center gap-3">
    <span className="text-xs text-muted">{label}</span>
    {spark}
    <span className="kernel text-right">
      <CardFigure label={label} origin={origin}>
        {value}
      </CardFigure>
    </span>
  </div>
);

/** Above the link that covers the card. */
const CardFigure = ({
  label,
  origin,
  children,
}: {
  label: string;
  origin: FigureOrigin | undefined;
  children: ReactNode;
}) => (
  <Figure label={label} origin={origin} className="relative z-10">
    {children}
  </Figure>
);

/** The last minute of a host: what sparklines and last values are made of. */
export function useHostFigures({ host, history }: HostEntry) {
  return useMemo(() => {
    const series = hostSeries(history.slice(-62)).slice(-60);
    const last = series.at(-1);
    const after = history.at(-1);
    return {
      cpu: series.map(({ cpuPct }) => cpuPct ?? null),
      memory: series.map(({ memoryPct }) => memoryPct ?? null),
      pressure: series.map(({ pressurePct }) => pressurePct ?? null),
      last,
      /** What the last values were made of. */
      two: after === undefined ? undefined : { before: history.at(-2), after },
      name: host.name,
    };
  }, [host.name, history]);
}

const show = (value: number | null | undefined): string =>
  value === null || value === undefined ? UNKNOWN : `${percent(value)} %`;

/** One host: how it is, what it does, what it holds, and what watching it costs. */
export function HostCard({ entry }: { entry: HostEntry }) {
  const { host } = entry;
  const { cpu, memory, pressure, last, two } = useHostFigures(entry);
  const since = staleSince(host);
  const containers = useContainers().filter(({ hostId }) => hostId === host.id);
  const failed = containers.filter(
    ({ container }) => container.exit !== null && exitTone(container.exit) === 'bad',
  ).length;
  const ended = containers.filter(({ container }) => container.status === 'stopped').length - failed;
  const running = containers.filter(({ container }) => container.status === 'running').length;
  return (
    <article className="group relative flex h-full flex-col rounded-lg border bg-panel transition-colors duration-150 hover:border-line-strong">
      <header className="flex items-center gap-3 border-b px-4 py-2.5">
        <h3 className="min-w-0 flex-1 truncate">
          <Link
            prefetch={false}
            href={`/hosts/${host.id}`}
            className="kernel text-base font-semibold after:absolute after:inset-0 after:rounded-lg"
          >
            {host.name}
          </Link>
        </h3>
        {since === null ? null : (
          <span className="text-xs text-muted">
            {host.lastSeenAtMs === null ? (
              'never heard'
            ) : (
              <>
                heard <Age atMs={host.lastSeenAtMs} /> ago
              </>
            )}
          </span>
        )}
        <HostStateBadge connection={host.connection} />
      </header>
      <div className={cn('flex flex-1 flex-col gap-2 px-4 py-3', since !== null && 'stale')}>
        <Line
          label="CPU"
          spark={<Sparkline label={`CPU of ${host.name} in the last minute`} values={cpu} max={100} />}
          value={show(last?.cpuPct)}
          origin={two && cpuOrigin(two)}
        />
        <Line
          label="Memory"
          spark={
            <Sparkline
              label={`Memory of ${host.name} in the last minute`}
              values={memory}
              max={100}
              className="text-series-2"
            />
          }
          value={show(last?.memoryPct)}
          origin={two && memoryOrigin(two)}
        />
        <Line
          label="Pressure"
          spark={
            <Sparkline
              label={`Pressure on ${host.name} in the last minute`}
              values={pressure}
              floor={10}
              className="text-series-3"
            />
          }
          value={show(last?.pressurePct)}
          origin={two && pressureOrigin(two)}
        />
        <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
          <StateBadge tone={running > 0 ? 'run' : 'idle'} word={`${running} running`} className="font-normal" />
          {ended > 0 ? <StateBadge tone="idle" word={`${ended} ended`} className="font-normal" /> : null}
          {failed > 0 ? <StateBadge tone="bad" word={`${failed} failed`} className="font-normal" /> : null}
        </p>
      </div>
      <footer className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-2 text-xs text-muted">
        {host.info === null ? (
          <span>Nothing is known of it yet.</span>
        ) : (
          <>
            <span className="kernel truncate">{host.info.kernel}</span>
            <Badge>cgroup {host.info.cgroupVersion}</Badge>
            <span className="ml-auto whitespace-nowrap" title="What watching this host costs it">
              agent{' '}
              <CardFigure label="The agent’s own cost" origin={two && agentOrigin(two, host.info.agentPid)}>
                {show(last?.agentCpuPct)} · {host.sample === null ? UNKNOWN : `${mebi(host.sample.agent.rssBytes)} MiB`}
              </CardFigure>
            </span>
          </>
        )}
      </footer>
    </article>
  );
}
