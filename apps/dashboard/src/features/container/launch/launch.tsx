'use client';
import { useQuery } from '@tanstack/react-query';
import { Button, EmptyState, Input, Notice, Panel, SkeletonRows } from '@vitrine/ui';
import type { LaunchTrace } from '@vitrine/protocol';
import { ListTree } from 'lucide-react';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { problemOf } from '../../../trpc/problem.ts';
import { Failure } from '../../frame/failure.tsx';
import { useContainerPage } from '../container-context.ts';
import { GroupRows } from './group-rows.tsx';
import { TimeAxis } from './time-axis.tsx';
import { layOutWaterfall, matchesFilter, microseconds, type Waterfall, type WaterfallStep } from './waterfall.ts';

/** Every system call that made this container, as a waterfall. */
export function Launch() {
  const { containerRef } = useContainerPage();
  const trpc = useTRPC();
  const query = useQuery(trpc.containers.launchTrace.queryOptions(containerRef));
  if (query.data !== undefined) return <Trace trace={query.data} />;
  if (!query.isError) return <SkeletonRows rows={10} label="Loading the launch trace" />;
  const problem = problemOf(query.error);
  if (problem.code === 'not-found') {
    return (
      <EmptyState icon={ListTree} title="No launch has been recorded">
        {problem.message}
      </EmptyState>
    );
  }
  return (
    <Failure title="The launch trace could not be read" error={query.error} onRetry={() => void query.refetch()} />
  );
}

function Trace({ trace }: { trace: LaunchTrace }) {
  const { detail } = useContainerPage();
  const waterfall = useMemo(() => layOutWaterfall(trace), [trace]);
  const [filter, setFilter] = useState('');
  const [all, setAllShown] = useState(false);
  const { isOpen, toggle, setAll, anyOpen } = useOpenGroups(waterfall);
  const { box, onKeyDown } = useRowKeys();
  const groups = waterfall.groups
    .map((group) => ({ ...group, steps: group.steps.filter((step) => isShown(step, filter, all)) }))
    .filter(({ steps }) => filter.trim() === '' || steps.length > 0);

  return (
    <div className="space-y-4">
      <Summary waterfall={waterfall} />
      {detail.exit?.kind === 'launch-failed' ? (
        <Notice tone="bad">
          <p className="font-medium">The launch failed at “{detail.exit.step}”.</p>
          <p className="kernel break-words">{detail.exit.error}</p>
          <p>{detail.exit.mend}</p>
        </Notice>
      ) : null}
      <Panel
        flush
        title="System calls"
        note="In the order of their groups; every bar on one time axis"
        actions={
          <>
            <Lanes />
            <Input
              type="search"
              aria-label="Find a system call"
              placeholder="Find a call"
              value={filter}
              onChange={(event) => setFilter(event.target.value)}
              className="w-40"
            />
            {waterfall.skipped === 0 ? null : (
              <Button size="sm" variant="ghost" aria-pressed={all} onClick={() => setAllShown((old) => !old)}>
                {all ? 'Hide' : 'Show'} {waterfall.skipped} skipped
              </Button>
            )}
            <Button size="sm" onClick={() => setAll(!anyOpen)}>
              {anyOpen ? 'Fold all' : 'Unfold all'}
            </Button>
          </>
        }
      >
        <TimeAxis axisNs={waterfall.axisNs} />
        {/* The rows are buttons; this only moves the focus between them. */}
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div ref={box} onKeyDown={onKeyDown}>
          {groups.map((group) => (
            <GroupRows
              key={group.group}
              group={group}
              detail={detail}
              open={filter.trim() !== '' || isOpen(group.group)}
              onToggle={() => toggle(group.group)}
            />
          ))}
          {groups.length === 0 ? <p className="p-3 text-muted">No call holds that.</p> : null}
        </div>
      </Panel>
    </div>
  );
}

/** What an earlier step made needless is left out until it is asked for or looked for. */
const isShown = (entry: WaterfallStep, filter: string, all: boolean): boolean =>
  matchesFilter(entry, filter) && (all || filter.trim() !== '' || entry.step.outcome !== 'skipped');

/** Folded at first, but for the group that failed. */
function useOpenGroups(waterfall: Waterfall) {
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(waterfall.groups.filter(({ failed }) => failed).map(({ group }) => group)),
  );
  return {
    isOpen: (group: string): boolean => open.has(group),
    anyOpen: open.size > 0,
    toggle: (group: string): void =>
      setOpen((old) => new Set(old.has(group) ? [...old].filter((one) => one !== group) : [...old, group])),
    setAll: (all: boolean): void => setOpen(new Set(all ? waterfall.groups.map(({ group }) => group) : [])),
  };
}

/** Up and down move between rows, right unfolds, left folds. */
function useRowKeys() {
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const here = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-launch-row]') : null;
    if (here === null) return;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('[data-launch-row]') ?? [])];
    const at = rows.indexOf(here);
    const expanded = here.getAttribute('aria-expanded') === 'true';
    if (event.key === 'ArrowDown') rows[at + 1]?.focus();
    else if (event.key === 'ArrowUp') rows[at - 1]?.focus();
    else if (event.key === 'ArrowRight' && !expanded) here.click();
    else if (event.key === 'ArrowLeft' && expanded) here.click();
    else return;
    event.preventDefault();
  };
  return { box, onKeyDown };
}

function Summary({ waterfall }: { waterfall: Waterfall }) {
  const { totalNs, workNs, waitNs, afterNs, calls, groups } = waterfall;
  const slowest = groups.flatMap(({ steps }) => steps).find(({ slowRank }) => slowRank === 1);
  return (
    <p className="text-base">
      {totalNs === null ? (
        <>It did not get to exec. </>
      ) : (
        <>
          <strong className="text-xl font-semibold" data-testid="launch-total">
            <span className="kernel">{(totalNs / 1e6).toFixed(2)}</span> ms
          </strong>{' '}
          from the first call to exec.{' '}
        </>
      )}
      <span className="text-muted">
        {calls} system calls by two processes: <span className="kernel">{microseconds(workNs)}</span> µs of work,{' '}
        <span className="kernel">{microseconds(waitNs)}</span> µs of waiting for each other.
        {slowest === undefined ? null : (
          <>
            {' '}
            The dearest was “{slowest.step.label}” with{' '}
            <span className="kernel">{microseconds(slowest.step.durationNs ?? 0)}</span> µs.
          </>
        )}
        {afterNs === 0 ? null : (
          <>
            {' '}
            After exec the shim tidied up for <span className="kernel">{microseconds(afterNs)}</span> µs, for which PID
            1 does not wait.
          </>
        )}
      </span>
    </p>
  );
}

const Lanes = () => (
  <span className="flex items-center gap-3 text-xs text-muted">
    <span className="flex items-center gap-1">
      <span aria-hidden className="h-2 w-3 rounded-[1px] bg-series-2" />
      shim
    </span>
    <span className="flex items-center gap-1">
      <span aria-hidden className="h-2 w-3 rounded-[1px] bg-series-1" />
      child, later PID 1
    </span>
  </span>
);
