'use client';
import { useQuery } from '@tanstack/react-query';
import { exitLabel, exitTone, type Autopsy, type AutopsyReport, type LogLine } from '@vitrine/protocol';
import { cn, CopyButton, ErrorState, FactList, Panel, Skeleton } from '@vitrine/ui';
import type { ReactNode } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { problemOf } from '../../../trpc/problem.ts';
import { useContainerPage } from '../container-context.ts';
import { LogLines } from '../logs/log-lines.tsx';
import { Charts } from '../overview/charts.tsx';
import { useContainerEvents } from '../use-container-events.ts';
import { EventList } from '../event-list.tsx';
import { ScrollRegion } from '../scroll-region.tsx';
import { evidenceText, exitFacts, lastMinute, sourceName } from './evidence.ts';
import { LastTree } from './last-tree.tsx';
import { PageShape } from '../page-shape.tsx';

/** The page's face when a container has ended: one sentence, then the evidence. */
export function AutopsyFace() {
  const { containerRef, detail } = useContainerPage();
  const trpc = useTRPC();
  const query = useQuery(trpc.containers.autopsy.queryOptions(containerRef));
  if (query.data !== undefined) return <Report report={query.data} />;
  if (query.isError) {
    const { message, mend } = problemOf(query.error);
    return (
      <ErrorState
        title={detail.exit === null ? 'Its end is not told yet' : `It ended: ${exitLabel(detail.exit)}`}
        why={message}
        mend={mend}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return (
    <PageShape label="Loading the autopsy" className="space-y-4">
      <Skeleton className="h-9 w-3/4" />
      <Skeleton className="h-48 w-full" />
      <Skeleton className="h-64 w-full" />
    </PageShape>
  );
}

const EDGE: Record<ReturnType<typeof exitTone>, string> = {
  neutral: 'border-l-line-strong',
  bad: 'border-l-bad',
  unknown: 'border-l-line',
};

function Report({ report: { sentence, autopsy } }: { report: AutopsyReport }) {
  const { containerRef } = useContainerPage();
  const { events } = useContainerEvents(containerRef);
  const [headline, rest] = splitSentence(sentence);
  return (
    <div className="space-y-4">
      <section aria-label="Why it ended" className={cn('border-l-4 py-2 pl-4', EDGE[exitTone(autopsy.exit)])}>
        <p className="max-w-4xl text-2xl font-semibold text-pretty break-words" data-testid="autopsy-sentence">
          {headline}
          {rest === '' ? null : <span className="font-normal text-muted"> {rest}</span>}
        </p>
      </section>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <Panel title="Exit record">
            <FactList facts={exitFacts(autopsy)} />
          </Panel>
          <LastWords lines={autopsy.lastLogs} />
        </div>
        <Evidence evidence={autopsy.evidence} />
      </div>
      <Panel title="Last minute">
        {autopsy.lastSamples.length < 2 ? (
          <Nothing>Its life was too short for a chart: it is sampled once a second.</Nothing>
        ) : (
          <Charts
            samples={autopsy.lastSamples}
            span={lastMinute(autopsy)}
            cpuLimit={null}
            events={events}
            syncId={`autopsy-${autopsy.containerId}`}
          />
        )}
      </Panel>
      <div className="grid gap-4 xl:grid-cols-2">
        <Panel title="Last processes" note="When it was last looked at" flush>
          <LastTree processes={autopsy.lastProcesses} />
        </Panel>
        <Panel title="What happened before">
          <EventList events={events} />
        </Panel>
      </div>
    </div>
  );
}

/** The first full stop parts what ended it from what is added; one within a number or a version does not count. */
function splitSentence(sentence: string): [headline: string, rest: string] {
  const end = sentence.search(/\.\s+[A-Z]/);
  return end === -1 ? [sentence, ''] : [sentence.slice(0, end + 1), sentence.slice(end + 1).trim()];
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const LastWords = ({ lines }: { lines: readonly LogLine[] }) => (
  <Panel title="Last words" note={lines.length === 0 ? undefined : counted(lines.length, 'line')} flush>
    {lines.length === 0 ? (
      <Nothing>It wrote nothing.</Nothing>
    ) : (
      <ScrollRegion label="Last log lines" className="max-h-72">
        <LogLines lines={lines} label="Last lines of its log" />
      </ScrollRegion>
    )}
  </Panel>
);

/** Each reading beside the file it was read from; the whole path shows on pointing, and goes along when copied. */
const Evidence = ({ evidence }: Pick<Autopsy, 'evidence'>) => (
  <Panel
    title="What was read"
    note="As it stood, untouched"
    actions={
      evidence.length === 0 ? undefined : (
        <CopyButton text={evidenceText(evidence)} label="Copy all evidence">
          Copy all
        </CopyButton>
      )
    }
    flush
  >
    {evidence.length === 0 ? (
      <Nothing>Nothing beside the exit record.</Nothing>
    ) : (
      <dl className="divide-y">
        {evidence.map(({ source, text }, index) => (
          <div key={index} className="grid gap-x-3 px-3 py-1.5 sm:grid-cols-[13rem_minmax(0,1fr)]">
            <dt className="kernel leading-5 break-words text-muted" title={source}>
              {sourceName(source)}
            </dt>
            <dd className="kernel leading-5 break-words whitespace-pre-wrap">{text}</dd>
          </div>
        ))}
      </dl>
    )}
  </Panel>
);

const Nothing = ({ children }: { children: ReactNode }) => <p className="p-3 text-muted">{children}</p>;
