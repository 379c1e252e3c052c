'use client';
import type { LogLine, LogPage } from '@vitrine/protocol';
import { Button, EmptyState, Input, Notice, Panel, Segmented, SkeletonRows } from '@vitrine/ui';
import { ArrowDownToLine, ScrollText } from 'lucide-react';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useHub } from '../../../trpc/client.tsx';
import { useStream, type StreamState } from '../../../trpc/use-stream.ts';
import { useContainerPage } from '../container-context.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { LogLines } from './log-lines.tsx';
import { matching, withLines } from './log-text.ts';

const TAIL = 1_000;

type Stream = LogLine['stream'] | 'both';

const STREAMS: readonly { value: Stream; label: string }[] = [
  { value: 'both', label: 'both' },
  { value: 'stdout', label: 'stdout' },
  { value: 'stderr', label: 'stderr' },
];

/** A stream that was opened anew sends its tail again, so its first page replaces what is shown. */
function useLog(): { lines: readonly LogLine[]; told: boolean; stream: StreamState } {
  const { containerRef } = useContainerPage();
  const hub = useHub();
  const [log, setLog] = useState<{ lines: readonly LogLine[]; told: boolean }>({ lines: [], told: false });
  const fresh = useRef(true);
  const stream = useStream(
    `logs ${containerRef.hostId} ${containerRef.containerId}`,
    (sink) => {
      fresh.current = true;
      return hub.containers.followLogs.subscribe({ ...containerRef, tail: TAIL }, sink);
    },
    useCallback(({ data }: { data: LogPage }) => {
      const replaces = fresh.current;
      fresh.current = false;
      setLog((old) => ({ lines: withLines(replaces ? [] : old.lines, data.lines), told: true }));
    }, []),
  );
  return { ...log, stream };
}

/** Stays at the newest line until somebody scrolls up, and says so. */
function useFollow(newest: unknown) {
  const box = useRef<HTMLElement>(null);
  const [follows, setFollows] = useState(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (follows && element !== null) element.scrollTop = element.scrollHeight;
  }, [newest, follows]);
  const onScroll = (): void => {
    const element = box.current;
    if (element !== null) setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
  };
  return { box, follows, setFollows, onScroll };
}

/** What it wrote, from the last thousand lines on, and live. */
export function Logs() {
  const { detail } = useContainerPage();
  const { lines, told, stream } = useLog();
  const [filter, setFilter] = useState('');
  const [wanted, setWanted] = useState<Stream>('both');
  const shown = matching(lines, filter, wanted);
  const { box, follows, setFollows, onScroll } = useFollow(shown);

  return (
    <Panel
      flush
      title="Log"
      note={`${shown.length}${shown.length === lines.length ? '' : ` of ${lines.length}`} lines${detail.status === 'running' ? ', following' : ''}`}
      actions={
        <>
          <Input
            type="search"
            aria-label="Find in the log"
            placeholder="Find"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className="w-44"
          />
          <Segmented label="Stream" value={wanted} options={STREAMS} onChange={setWanted} />
        </>
      }
    >
      {stream.status === 'failed' ? (
        <Notice tone="bad" className="m-3">
          {stream.problem?.message} {stream.problem?.mend}{' '}
          <Button size="sm" onClick={stream.retry}>
            Try again
          </Button>
        </Notice>
      ) : null}
      {!told && stream.status !== 'failed' ? <SkeletonRows rows={8} label="Loading the log" /> : null}
      {told && lines.length === 0 ? (
        <EmptyState icon={ScrollText} title={detail.status === 'running' ? 'Nothing written yet' : 'It wrote nothing'}>
          What its processes write to stdout and stderr appears here at once.
        </EmptyState>
      ) : null}
      {lines.length > 0 && shown.length === 0 ? <p className="p-3 text-muted">No line holds that.</p> : null}
      <div className="relative">
        <ScrollRegion label="Log lines" ref={box} onScroll={onScroll} className="max-h-[68vh]">
          {shown.length === 0 ? null : <LogLines lines={shown} label="Log" />}
        </ScrollRegion>
        {follows ? null : (
          <Button size="sm" className="absolute right-4 bottom-3 shadow-float" onClick={() => setFollows(true)}>
            <ArrowDownToLine aria-hidden className="size-3.5" />
            Newest lines
          </Button>
        )}
      </div>
    </Panel>
  );
}
