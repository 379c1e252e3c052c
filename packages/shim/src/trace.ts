/**
 * The trace of a launch: a file in the task's directory that shim and child map and fill, and that anybody may read at
 * any time, also of a launch that hangs or of a shim that was killed.
 *
 * Shape    `struct trace_header`, one `struct trace_record` a step (packages/shim/c/plan.h), then the steps' labels
 *          as JSON, so that the file explains itself after an agent's restart.
 * Units    Nanoseconds of CLOCK_MONOTONIC, told relative to the first step.
 */
import { errnoName } from '@vitrine/kernel';
import type { LaunchPlan, PlanStep } from './plan-builder.ts';
import { PLAN_VERSION } from './plan-layout.ts';
import { callWithValues } from './plan-text.ts';

export const TRACE_MAGIC = 0x43525456;

/** `struct trace_header`. */
export const TRACE_HEADER = {
  magic: 0,
  version: 4,
  counts: 8,
  began_ns: 16,
  began_realtime_ns: 24,
  execed_ns: 32,
  failed_side: 40,
  failed_index: 44,
  failed_errno: 48,
  child_wait_status: 52,
  pid: 56,
  shim_pid: 60,
  size_of: 64,
} as const;

/** `struct trace_record`. */
export const TRACE_RECORD = { started_ns: 0, ended_ns: 8, result: 16, size_of: 24 } as const;

const SIDES = ['shim', 'child'] as const;
const NS_PER_MS = 1_000_000n;

/** Which step ended a launch. `index` is one past the table when the table ended without exec. */
export type LaunchFailure = {
  side: 'shim' | 'child';
  index: number;
  errno: string;
  errnoNumber: number;
};

/** One step as it went; the shape of protocol's LaunchStep. */
export type TracedStep = {
  side: 'shim' | 'child';
  index: number;
  group: PlanStep['group'];
  label: string;
  call: string;
  startedNs: number | null;
  durationNs: number | null;
  result: number | null;
  outcome: 'ok' | 'allowed-error' | 'failed' | 'skipped' | 'not-reached';
  errno: string | null;
};

export type DecodedTrace = {
  beganAtMs: number;
  /** First step to exec; null when it did not get there. */
  totalNs: number | null;
  steps: TracedStep[];
  failure: LaunchFailure | null;
  /** Signal that ended the child of a failed launch before the shim itself had to, as a memory limit may. */
  childSignal: number | null;
  pid: number | null;
};

export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError';
}

/** What the trace's file holds before the shim maps it: no step has run yet. */
export function emptyTrace({ stepCounts }: LaunchPlan): Uint8Array {
  const count = stepCounts.shim + stepCounts.child;
  const bytes = Buffer.alloc(TRACE_HEADER.size_of + count * TRACE_RECORD.size_of);
  bytes.writeUInt32LE(TRACE_MAGIC, TRACE_HEADER.magic);
  bytes.writeUInt32LE(PLAN_VERSION, TRACE_HEADER.version);
  for (const [index, side] of SIDES.entries()) {
    bytes.writeUInt32LE(stepCounts[side], TRACE_HEADER.counts + index * 4);
  }
  return bytes;
}

/** What stands behind the records, for people; the shim does not look at it, so it may be written beside the launch. */
export const traceLabels = (plan: LaunchPlan): Uint8Array => Buffer.from(JSON.stringify(plan.steps));

type RawRecord = { startedNs: bigint; endedNs: bigint; result: number };

function readRecord(bytes: Buffer, index: number): RawRecord {
  const at = TRACE_HEADER.size_of + index * TRACE_RECORD.size_of;
  return {
    startedNs: bytes.readBigUInt64LE(at + TRACE_RECORD.started_ns),
    endedNs: bytes.readBigUInt64LE(at + TRACE_RECORD.ended_ns),
    result: Number(bytes.readBigInt64LE(at + TRACE_RECORD.result)),
  };
}

function readFailure(header: Buffer): LaunchFailure | null {
  const side = SIDES[header.readUInt32LE(TRACE_HEADER.failed_side) - 1];
  if (side === undefined) return null;
  const errnoNumber = header.readInt32LE(TRACE_HEADER.failed_errno);
  return { side, index: header.readUInt32LE(TRACE_HEADER.failed_index), errno: errnoName(errnoNumber), errnoNumber };
}

function headerOf(content: Uint8Array): Buffer {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < TRACE_HEADER.size_of || bytes.readUInt32LE(TRACE_HEADER.magic) !== TRACE_MAGIC) {
    throw new TraceFormatError('This is not the trace of a launch.');
  }
  const version = bytes.readUInt32LE(TRACE_HEADER.version);
  if (version !== PLAN_VERSION) {
    throw new TraceFormatError(`This trace has the form ${version}; this agent reads the form ${PLAN_VERSION}.`);
  }
  return bytes;
}

/** First step to exec, from the first TRACE_HEADER.size_of bytes; null when it did not get there. Throws TraceFormatError. */
export function decodeTotalNs(header: Uint8Array): number | null {
  const bytes = headerOf(header);
  const execedNs = bytes.readBigUInt64LE(TRACE_HEADER.execed_ns);
  return execedNs === 0n ? null : Number(execedNs - bytes.readBigUInt64LE(TRACE_HEADER.began_ns));
}

/** Written by whatever version of the shim's package started the launch, which need not be this one. */
function parseLabels(text: string, count: number): PlanStep[] {
  const isStep = (step: Partial<PlanStep> | null): boolean =>
    (step?.side === 'shim' || step?.side === 'child') &&
    typeof step.call === 'string' &&
    typeof step.label === 'string' &&
    (step.result === null || typeof step.result?.slot === 'number');
  try {
    const steps: unknown = JSON.parse(text);
    if (Array.isArray(steps) && steps.length === count && steps.every(isStep)) return steps as PlanStep[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new TraceFormatError(`The labels of the ${count} steps cannot be read.`);
}

/** Throws TraceFormatError when `content` is no trace of this version; half-filled ones are ordinary. */
export function decodeTrace(content: Uint8Array): DecodedTrace {
  const bytes = headerOf(content);
  const count = bytes.readUInt32LE(TRACE_HEADER.counts) + bytes.readUInt32LE(TRACE_HEADER.counts + 4);
  const labelsAt = TRACE_HEADER.size_of + count * TRACE_RECORD.size_of;
  if (bytes.length < labelsAt) throw new TraceFormatError(`A trace of ${count} steps ends too early.`);
  const steps = parseLabels(bytes.toString('utf8', labelsAt), count);

  const beganNs = bytes.readBigUInt64LE(TRACE_HEADER.began_ns);
  const execedNs = bytes.readBigUInt64LE(TRACE_HEADER.execed_ns);
  const pid = bytes.readInt32LE(TRACE_HEADER.pid);
  const failure = readFailure(bytes);
  const signal = bytes.readInt32LE(TRACE_HEADER.child_wait_status) & 0x7f;
  return {
    beganAtMs: Number(bytes.readBigUInt64LE(TRACE_HEADER.began_realtime_ns) / NS_PER_MS),
    totalNs: decodeTotalNs(bytes),
    steps: traceSteps(steps, (index) => readRecord(bytes, index), { beganNs, execedNs, failure }),
    failure,
    childSignal: failure !== null && signal !== 0 ? signal : null,
    pid: pid > 0 ? pid : null,
  };
}

type Launch = { beganNs: bigint; execedNs: bigint; failure: LaunchFailure | null };

/** The child's slots begin as a copy of the shim's at the clone, which is why the sides are walked in this order. */
function traceSteps(steps: readonly PlanStep[], record: (index: number) => RawRecord, launch: Launch): TracedStep[] {
  const atClone = new Map<number, number>();
  const now = new Map<number, number>();
  const records = steps.map((_, position) => record(position));
  const lastStarted = { shim: -1, child: -1 };
  for (const [at, { side }] of steps.entries()) if (records[at]?.startedNs !== 0n) lastStarted[side] = at;
  let values = now;
  return steps.map((step, position) => {
    if (step.side === 'child') values = atClone;
    const raw = records[position] ?? record(position);
    const traced = tracedStep(step, raw, { ...launch, laterStarted: lastStarted[step.side] > position, values });
    if (step.result !== null && raw.endedNs !== 0n && raw.result >= 0) values.set(step.result.slot, raw.result);
    if (step.side === 'shim' && step.call.startsWith('clone3('))
      for (const [slot, value] of now) atClone.set(slot, value);
    return traced;
  });
}

function tracedStep(
  step: PlanStep,
  raw: RawRecord,
  seen: Launch & { laterStarted: boolean; values: ReadonlyMap<number, number> },
): TracedStep {
  const { side, index, group, label } = step;
  const shown = { side, index, group, label, call: callWithValues(step.call, seen.values) };
  if (raw.startedNs === 0n) {
    const outcome = seen.laterStarted ? 'skipped' : 'not-reached';
    return { ...shown, startedNs: null, durationNs: null, result: null, outcome, errno: null };
  }
  const startedNs = Number(raw.startedNs - seen.beganNs);
  if (raw.endedNs === 0n) return { ...shown, startedNs, ...unended(step, raw, seen) };
  const failed = seen.failure?.side === side && seen.failure.index === index;
  return {
    ...shown,
    startedNs,
    durationNs: Number(raw.endedNs - raw.startedNs),
    result: raw.result,
    outcome: failed ? 'failed' : raw.result < 0 ? 'allowed-error' : 'ok',
    errno: raw.result < 0 ? errnoName(-raw.result) : null,
  };
}

/** An exec that works does not come back: the shim saw its end. Anything else that has no end still runs, or was killed in it. */
function unended(
  step: PlanStep,
  raw: RawRecord,
  { execedNs }: Launch,
): Pick<TracedStep, 'durationNs' | 'result' | 'outcome' | 'errno'> {
  if (step.call.startsWith('execve(') && execedNs !== 0n) {
    return { durationNs: Number(execedNs - raw.startedNs), result: 0, outcome: 'ok', errno: null };
  }
  return { durationNs: null, result: null, outcome: 'not-reached', errno: null };
}
