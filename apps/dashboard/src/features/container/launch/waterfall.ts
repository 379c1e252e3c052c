/**
 * A launch trace as it is drawn: steps grouped by meaning, each group in the order in which it happened, every bar
 * placed on one time axis from the shim's first step to exec.
 *
 * Units    nanoseconds in, fractions of the axis (0 to 1) out.
 * Waiting  a read on the socket between shim and child is nobody's work; its time is totalled apart.
 * Notes    a few steps only move a result to where the next call finds it, or check it; they are no system calls.
 */
import { type LaunchStep, type LaunchTrace, StepGroup } from '@vitrine/protocol';

export interface WaterfallStep {
  /** Stable within one trace. */
  key: string;
  step: LaunchStep;
  /** Where its bar begins and how long it is; null when it was never reached. */
  bar: { left: number; width: number } | null;
  /** 1 for the longest working step of the launch, 2, 3; null for all others. */
  slowRank: number | null;
}

export interface WaterfallGroup {
  group: StepGroup;
  steps: readonly WaterfallStep[];
  /** Sum of its steps' durations on both sides, without waiting; may exceed the wall time. */
  totalNs: number;
  waitNs: number;
  calls: number;
  /** The bars of the group laid over each other, for when it is folded. */
  bars: readonly { left: number; width: number; side: LaunchStep['side']; waits: boolean }[];
  failed: boolean;
}

export interface Waterfall {
  groups: readonly WaterfallGroup[];
  /** Length of the time axis. */
  axisNs: number;
  totalNs: number | null;
  /** Without what is done after exec, for which PID 1 does not wait. */
  workNs: number;
  waitNs: number;
  afterNs: number;
  calls: number;
  /** Steps that an earlier one made needless. */
  skipped: number;
  failure: WaterfallStep | null;
}

const SLOWEST_MARKED = 3;

export function layOutWaterfall(trace: LaunchTrace): Waterfall {
  const axisNs = axisLength(trace);
  const launching = trace.steps.filter((step) => !isAfterExec(step, trace));
  const ranks = slowRanks(launching);
  const steps = trace.steps.map((step) => ({
    key: keyOf(step),
    step,
    bar: barOf(step, axisNs),
    slowRank: ranks.get(keyOf(step)) ?? null,
  }));
  const groups = StepGroup.options
    .map((group) => groupOf(group, steps))
    .filter((group) => group.steps.length > 0)
    .sort((a, b) => startOf(a) - startOf(b));
  return {
    groups,
    axisNs,
    totalNs: trace.totalNs,
    workNs: durationOf(launching.filter((step) => !isWait(step))),
    waitNs: durationOf(launching.filter(isWait)),
    afterNs: durationOf(trace.steps.filter((step) => isAfterExec(step, trace) && !isWait(step))),
    calls: trace.steps.filter((step) => wasRun(step) && isSystemCall(step)).length,
    skipped: trace.steps.filter(({ outcome }) => outcome === 'skipped').length,
    failure: steps.find(({ step }) => step.outcome === 'failed') ?? null,
  };
}

const keyOf = (step: LaunchStep): string => `${step.side}-${step.index}`;
const wasRun = (step: LaunchStep): boolean => step.outcome !== 'skipped' && step.outcome !== 'not-reached';
const callName = ({ call }: LaunchStep): string => call.slice(0, call.indexOf('('));

/** What the shim notes for itself between calls. */
const NOTES: readonly string[] = ['load', 'assert', 'poke', 'poke_decimal', 'make_path'];
export const isSystemCall = (step: LaunchStep): boolean => !NOTES.includes(callName(step));

/** A read that ends when the other side has got so far. */
export const isWait = (step: LaunchStep): boolean =>
  ['read', 'recvmsg'].includes(callName(step)) && (step.group === 'sync' || step.label.startsWith('wait'));
const startOf = ({ steps }: WaterfallGroup): number => steps[0]?.step.startedNs ?? Number.POSITIVE_INFINITY;

function axisLength({ totalNs, steps }: LaunchTrace): number {
  const ends = steps.map((step) => (step.startedNs ?? 0) + (step.durationNs ?? 0));
  return Math.max(totalNs ?? 0, ...ends, 1);
}

function barOf({ startedNs, durationNs }: LaunchStep, axisNs: number): WaterfallStep['bar'] {
  if (startedNs === null) return null;
  return { left: startedNs / axisNs, width: (durationNs ?? axisNs - startedNs) / axisNs };
}

/** Waits are left out: a child that waits for its shim is not slow. */
function slowRanks(steps: readonly LaunchStep[]): Map<string, number> {
  const working = steps.filter((step) => !isWait(step) && (step.durationNs ?? 0) > 0);
  const longest = working.toSorted((a, b) => (b.durationNs ?? 0) - (a.durationNs ?? 0)).slice(0, SLOWEST_MARKED);
  return new Map(longest.map((step, index) => [keyOf(step), index + 1]));
}

/** Once PID 1 has its program, the shim tidies up behind it. */
const isAfterExec = ({ startedNs }: LaunchStep, { totalNs }: LaunchTrace): boolean =>
  totalNs !== null && startedNs !== null && startedNs >= totalNs;

const durationOf = (steps: readonly LaunchStep[]): number =>
  steps.reduce((sum, { durationNs }) => sum + (durationNs ?? 0), 0);

function groupOf(group: StepGroup, all: readonly WaterfallStep[]): WaterfallGroup {
  const steps = all.filter(({ step }) => step.group === group).sort(byStart);
  return {
    group,
    steps,
    totalNs: sumOf(steps.filter(({ step }) => !isWait(step))),
    waitNs: sumOf(steps.filter(({ step }) => isWait(step))),
    calls: steps.filter(({ step }) => wasRun(step) && isSystemCall(step)).length,
    bars: steps.flatMap(({ bar, step }) => (bar === null ? [] : [{ ...bar, side: step.side, waits: isWait(step) }])),
    failed: steps.some(({ step }) => step.outcome === 'failed'),
  };
}

const sumOf = (steps: readonly WaterfallStep[]): number => durationOf(steps.map(({ step }) => step));

/** What never ran stands last, in the order in which it would have. */
function byStart(a: WaterfallStep, b: WaterfallStep): number {
  const startA = a.step.startedNs ?? Number.POSITIVE_INFINITY;
  const startB = b.step.startedNs ?? Number.POSITIVE_INFINITY;
  return startA === startB ? a.step.index - b.step.index : startA - startB;
}

/** Every word must occur in the label, the call, the result or the side. */
export function matchesFilter({ step }: WaterfallStep, filter: string): boolean {
  const text = `${step.label} ${step.call} ${step.side} ${step.outcome} ${step.errno ?? ''}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** "612", "0.8": microseconds with a fixed place for the point where it matters. */
export const microseconds = (ns: number): string =>
  ns > 0 && ns < 50
    ? '<0.1'
    : ns < 9_950
      ? (ns / 1000).toFixed(1)
      : Math.round(ns / 1000)
          .toLocaleString('en-US')
          .replaceAll(',', '\u2009');

/** The call's answer as strace prints it: `= 5`, `= -1 ENOENT`. */
export function resultText({ result, errno, outcome }: LaunchStep): string {
  if (outcome === 'not-reached') return 'never reached';
  if (outcome === 'skipped') return 'skipped';
  if (result === null) return 'did not return';
  return errno === null ? `= ${result}` : `= -1 ${errno}`;
}

const AXIS_STEPS_NS = [1, 2, 5].flatMap((digit) => [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9].map((scale) => digit * scale));

/** Round places on the time axis, at most `most`, beside the beginning. */
export function axisTicks(axisNs: number, most: number): number[] {
  const step = AXIS_STEPS_NS.toSorted((a, b) => a - b).find((candidate) => axisNs / candidate <= most) ?? axisNs;
  const ticks: number[] = [];
  for (let at = step; at < axisNs; at += step) ticks.push(at);
  return ticks;
}
