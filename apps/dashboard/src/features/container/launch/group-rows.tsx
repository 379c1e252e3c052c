'use client';
import type { ContainerDetail, LaunchStep } from '@vitrine/protocol';
import { Badge, cn, CodeBlock, FactList } from '@vitrine/ui';
import { ChevronRight, CircleX, Flame } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { groupSentence, GROUP_TITLE } from './group-words.ts';
import { ROW_GRID } from './time-axis.tsx';
import {
  isSystemCall,
  isWait,
  microseconds,
  resultText,
  type WaterfallGroup,
  type WaterfallStep,
} from './waterfall.ts';

type GroupRowsProps = { group: WaterfallGroup; detail: ContainerDetail; open: boolean; onToggle: () => void };

/** A group with its total and its sentence, and, unfolded, each of its calls. */
export function GroupRows({ group, detail, open, onToggle }: GroupRowsProps) {
  const { steps, bars, totalNs, waitNs, calls, failed } = group;
  return (
    <section aria-label={GROUP_TITLE[group.group]} className="border-b last:border-b-0">
      <button
        type="button"
        data-launch-row
        aria-expanded={open}
        onClick={onToggle}
        className={cn(ROW_GRID, 'w-full px-3 py-2 text-left hover:bg-hover focus-visible:-outline-offset-2')}
      >
        <span className="flex min-w-0 items-center gap-1.5 font-medium">
          <Chevron open={open} />
          <span className="shrink-0">{GROUP_TITLE[group.group]}</span>
          <span className="shrink-0 text-xs font-normal text-muted figures">
            {calls} {calls === 1 ? 'call' : 'calls'}
          </span>
          {waitNs === 0 ? null : (
            <span className="min-w-0 truncate text-xs font-normal text-muted">
              and {microseconds(waitNs)} µs of waiting
            </span>
          )}
          {failed ? <FailedMark /> : null}
        </span>
        <span className="kernel text-right font-medium">{microseconds(totalNs)}</span>
        <Track>
          {bars.map((bar, index) => (
            <Bar key={index} bar={bar} look={bar.waits ? 'wait' : bar.side} thin />
          ))}
        </Track>
      </button>
      <p className="px-3 pb-2 pl-9 text-xs text-muted">
        {groupSentence(
          group.group,
          detail,
          steps.map(({ step }) => step),
        )}
      </p>
      {open ? (
        <ul className="border-t bg-sunken/50">
          {steps.map((step) => (
            <StepRow key={step.key} entry={step} detail={detail} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function StepRow({ entry, detail }: { entry: WaterfallStep; detail: ContainerDetail }) {
  const { step, bar, slowRank } = entry;
  const failed = step.outcome === 'failed';
  const [open, setOpen] = useState(failed);
  const unrun = step.outcome === 'not-reached' || step.outcome === 'skipped';
  return (
    <li>
      <button
        type="button"
        data-launch-row
        aria-expanded={open}
        onClick={() => setOpen((old) => !old)}
        className={cn(
          ROW_GRID,
          'min-h-8 w-full px-3 py-1 text-left hover:bg-hover focus-visible:-outline-offset-2 touch:min-h-11',
          failed && 'bg-bad/8',
        )}
      >
        <span className={cn('flex min-w-0 items-center gap-1.5 pl-4', unrun && 'text-faint')}>
          <Chevron open={open} />
          <span className="truncate">{step.label}</span>
          {slowRank === null ? null : (
            <span
              className="flex shrink-0 items-center gap-0.5 text-xs text-warn"
              title={`No. ${slowRank} of the dearest calls`}
            >
              <Flame aria-hidden className="size-3" />
              {slowRank === 1 ? 'dearest' : `no. ${slowRank}`}
            </span>
          )}
          {step.outcome === 'allowed-error' ? (
            <span className="kernel shrink-0 text-xs text-muted" title={OUTCOME['allowed-error']}>
              {step.errno}
            </span>
          ) : null}
          {failed ? <FailedMark /> : null}
        </span>
        <span className="kernel text-right text-muted">
          {step.durationNs === null ? '–' : microseconds(step.durationNs)}
        </span>
        <Track>{bar === null ? null : <Bar bar={bar} look={lookOf(step)} />}</Track>
      </button>
      {open ? <StepDetail step={step} detail={detail} /> : null}
    </li>
  );
}

type Look = 'shim' | 'child' | 'wait' | 'failed';

const lookOf = (step: LaunchStep): Look => (step.outcome === 'failed' ? 'failed' : isWait(step) ? 'wait' : step.side);

const BAR_LOOK: Record<Look, string> = {
  shim: 'bg-series-2',
  child: 'bg-series-1',
  wait: 'bg-line-strong/40',
  failed: 'bg-bad',
};

/** Two lanes: the shim above, the child below. */
const Track = ({ children }: { children: ReactNode }) => (
  <span aria-hidden className="relative block h-5 max-sm:col-span-2 max-sm:mt-1 max-sm:h-4">
    {children}
  </span>
);

const Bar = ({ bar, look, thin = false }: { bar: { left: number; width: number }; look: Look; thin?: boolean }) => (
  <span
    className={cn(
      'absolute rounded-[1px]',
      BAR_LOOK[look],
      thin && 'opacity-80',
      look === 'shim' ? 'top-0.5' : 'bottom-0.5',
      'h-2',
    )}
    style={{ left: `${bar.left * 100}%`, width: `max(2px, ${bar.width * 100}%)` }}
  />
);

function StepDetail({ step, detail }: { step: LaunchStep; detail: ContainerDetail }) {
  const mend = step.outcome === 'failed' && detail.exit?.kind === 'launch-failed' ? detail.exit.mend : null;
  return (
    <div className="space-y-2 border-l-2 border-l-line-strong/50 py-2 pr-3 pl-9 text-sm">
      <CodeBlock
        text={`${step.call} ${resultText(step)}`}
        label="The call as strace would print it"
        copyLabel="Copy call"
      />
      <FactList
        facts={[
          {
            term: 'Made by',
            value: step.side === 'shim' ? 'the shim, real root on the host' : 'the child that becomes PID 1',
          },
          { term: 'Outcome', value: OUTCOME[step.outcome] },
          ...(isSystemCall(step)
            ? []
            : [{ term: 'Note', value: 'no system call: the shim does it in its own memory' }]),
          ...(step.startedNs === null
            ? []
            : [{ term: 'Began', value: `${microseconds(step.startedNs)} µs after the launch`, kernel: true }]),
          ...(step.durationNs === null
            ? []
            : [{ term: 'Took', value: `${microseconds(step.durationNs)} µs`, kernel: true }]),
          ...(mend === null ? [] : [{ term: 'Mend', value: mend }]),
        ]}
      />
    </div>
  );
}

const OUTCOME: Record<LaunchStep['outcome'], string> = {
  ok: 'done',
  'allowed-error': 'refused by the kernel, which the plan allows for',
  failed: 'refused, and the launch ended here',
  skipped: 'skipped, because an earlier step made it needless',
  'not-reached': 'never reached',
};

const Chevron = ({ open }: { open: boolean }) => (
  <ChevronRight
    aria-hidden
    className={cn('size-3.5 shrink-0 text-muted transition-transform duration-150', open && 'rotate-90')}
  />
);

const FailedMark = () => (
  <Badge className="border-bad/40 text-bad">
    <CircleX aria-hidden className="size-3" />
    failed
  </Badge>
);
