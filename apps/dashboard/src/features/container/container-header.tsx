'use client';
import { describeDuration, exitLabel, exitTone, type ContainerDetail } from '@vitrine/protocol';
import { StateBadge, useNow, type Tone } from '@vitrine/ui';
import { Server } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useContainerPage } from './container-context.ts';
import { HeaderActions } from './header-actions.tsx';
import { cores, orUnknown } from '../figures/format.ts';
import { countText, inMebibytes, limitText, mebibytesText } from './overview/figure-words.ts';
import { chartPoints } from './overview/series.ts';
import { SourcedFigure } from './overview/sourced-figure.tsx';
import { useSamples } from './overview/use-samples.tsx';

/** Name, state and for how long, image, host, the main figures, and what can be done. */
export function ContainerHeader() {
  const { containerRef, detail, hostName, staleSinceMs } = useContainerPage();
  const look = staleSinceMs === null ? '' : 'stale';
  return (
    <header className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="min-w-0 text-xl font-semibold break-all">{detail.name}</h1>
      <div className={look}>
        <StateWithAge detail={detail} />
      </div>
      <span className="kernel text-muted">{detail.image}</span>
      <Link href={`/hosts/${containerRef.hostId}`} className="flex items-center gap-1 text-muted hover:text-ink">
        <Server aria-hidden className="size-3.5" />
        {hostName}
      </Link>
      <div className={look}>{detail.status === 'running' ? <HeaderFigures /> : null}</div>
      <HeaderActions className="ml-auto" />
    </header>
  );
}

const EXIT_TONE: Record<ReturnType<typeof exitTone>, Tone> = { neutral: 'idle', bad: 'bad', unknown: 'unknown' };

function stateOf({ status, exit }: ContainerDetail): { tone: Tone; word: string } {
  switch (status) {
    case 'creating':
      return { tone: 'warn', word: 'starting' };
    case 'created':
      return { tone: 'make', word: 'created' };
    case 'running':
      return { tone: 'run', word: 'running' };
    case 'stopped':
      return exit === null
        ? { tone: 'unknown', word: 'stopped' }
        : { tone: EXIT_TONE[exitTone(exit)], word: exitLabel(exit) };
  }
}

function StateWithAge({ detail }: { detail: ContainerDetail }) {
  const now = useNow();
  const { tone, word } = stateOf(detail);
  const since = detail.status === 'stopped' ? detail.stoppedAtMs : (detail.startedAtMs ?? detail.createdAtMs);
  const age = since === null || now === 0 ? '' : describeDuration(Math.max(0, Math.floor((now - since) / 1000) * 1000));
  return (
    <span className="flex items-center gap-1.5" data-testid="container-state" data-status={detail.status}>
      <StateBadge tone={tone} word={word} />
      <span className="text-muted figures">
        {age === ''
          ? ''
          : detail.status === 'stopped'
            ? `${age.replace(/\.\d/, '')} ago`
            : `for ${age.replace(/\.\d/, '')}`}
      </span>
    </span>
  );
}

/** The last values, each with its limit and its source. */
function HeaderFigures() {
  const { samples } = useSamples();
  const { detail } = useContainerPage();
  const last = chartPoints(samples.slice(-2)).at(-1);
  const { limits } = detail;
  const memoryLimit = inMebibytes(last?.memoryLimitBytes ?? limits.memoryBytes ?? null);
  const pidsLimit = last?.pidsLimit ?? limits.pids ?? null;
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <HeaderFigure term="CPU" unit="cores" limit={limits.cpuCores ?? null}>
        <SourcedFigure figure="cpu" label="CPU">
          {orUnknown(last?.cpuCores, cores)}
        </SourcedFigure>
      </HeaderFigure>
      <HeaderFigure term="Memory" unit="MiB" limit={memoryLimit}>
        <SourcedFigure figure="memory" label="Memory">
          {orUnknown(inMebibytes(last?.memoryBytes ?? null), mebibytesText)}
        </SourcedFigure>
      </HeaderFigure>
      <HeaderFigure term="PIDs" unit="" limit={pidsLimit}>
        <SourcedFigure figure="pids" label="PIDs">
          {orUnknown(last?.pids, countText)}
        </SourcedFigure>
      </HeaderFigure>
    </div>
  );
}

type HeaderFigureProps = { term: string; unit: string; limit: number | null; children: ReactNode };

const HeaderFigure = ({ term, unit, limit, children }: HeaderFigureProps) => (
  <span className="flex items-baseline gap-1.5">
    <span className="text-xs text-muted">{term}</span>
    <span className="kernel">
      {children}
      <span className="text-muted">
        {limit === null ? '' : ` / ${limitText(limit)}`} {unit}
      </span>
    </span>
  </span>
);
