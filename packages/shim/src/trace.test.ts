import { describe, expect, test } from 'vitest';
import { PlanBuilder, type LaunchPlan } from './plan-builder.ts';
import { planOfEverything } from './plan-fixture.ts';
import { renderPlan } from './plan-text.ts';
import {
  decodeTotalNs,
  decodeTrace,
  emptyTrace,
  TRACE_HEADER,
  TRACE_RECORD,
  TraceFormatError,
  traceLabels,
} from './trace.ts';

const BEGAN_NS = 5_000_000_000n;
const ENOENT = 2;
const EACCES = 13;

const newTrace = (plan: LaunchPlan): Buffer => Buffer.concat([emptyTrace(plan), traceLabels(plan)]);

/** What shim and child write into the shared file, by hand. */
class Writer {
  readonly bytes: Buffer;
  readonly #plan: LaunchPlan;

  constructor(plan: LaunchPlan) {
    this.#plan = plan;
    this.bytes = newTrace(plan);
    this.bytes.writeBigUInt64LE(BEGAN_NS, TRACE_HEADER.began_ns);
    this.bytes.writeBigUInt64LE(1_700_000_000_123_456_789n, TRACE_HEADER.began_realtime_ns);
  }

  record(label: string, startedNs: bigint, endedNs: bigint | undefined, result = 0): void {
    const position = this.#plan.steps.findIndex((step) => step.label === label);
    const at = TRACE_HEADER.size_of + position * TRACE_RECORD.size_of;
    this.bytes.writeBigUInt64LE(BEGAN_NS + startedNs, at + TRACE_RECORD.started_ns);
    this.bytes.writeBigUInt64LE(endedNs === undefined ? 0n : BEGAN_NS + endedNs, at + TRACE_RECORD.ended_ns);
    this.bytes.writeBigInt64LE(BigInt(result), at + TRACE_RECORD.result);
  }

  step(label: string) {
    return decodeTrace(this.bytes).steps.find((step) => step.label === label);
  }
}

/** Opens, maybe skips a close, clones, waits; the child uses what was opened and execs. */
function smallPlan(): LaunchPlan {
  const plan = new PlanBuilder();
  const { shim, child, arena } = plan;
  const [fd, pid, end] = [plan.slot('fd'), plan.slot('pid'), plan.slot('end')];
  shim.syscall('prepare', 'open', 'openat', [-100, arena.text('/a'), 0, 0], { result: fd });
  shim.orSkip(
    ['ENOENT'],
    () => shim.syscall('prepare', 'may be missing', 'openat', [fd, arena.text('b'), 0, 0], { result: end }),
    () => shim.syscall('prepare', 'only when it was there', 'close', [end]),
  );
  shim.clone('namespaces', 'clone', arena.buffer(88, '{flags=0}'), pid);
  shim.awaitExec('exec seen', end);
  child.syscall('filesystem', 'reuse', 'close', [fd]);
  child.exec('exec', [arena.text('/x/sh'), arena.text('/y/sh')], arena.pointers([], '[]'), arena.pointers([], '[]'));
  return plan.build({ pid, pidfd: fd, stdout: fd, stderr: fd, log: { maxBytes: 1, maxFiles: 1 } });
}

describe('a trace, read at any moment', () => {
  test('of a launch that has not begun shows every step as not reached', () => {
    const plan = planOfEverything();
    const trace = decodeTrace(newTrace(plan));
    expect(trace.steps).toHaveLength(plan.steps.length);
    expect(new Set(trace.steps.map(({ outcome }) => outcome))).toEqual(new Set(['not-reached']));
    expect(trace).toMatchObject({ totalNs: null, failure: null, pid: null, childSignal: null });
  });

  test('shows times from the beginning, results, and the values that descriptors had', () => {
    const writer = new Writer(smallPlan());
    writer.record('open', 10n, 30n, 7);
    writer.record('may be missing', 40n, 41n, -ENOENT);
    writer.record('clone', 50n, 90n, 4711);
    writer.record('reuse', 70n, 75n, 0);
    expect(writer.step('open')).toMatchObject({ startedNs: 10, durationNs: 20, result: 7, outcome: 'ok', errno: null });
    expect(writer.step('may be missing')).toMatchObject({
      call: 'openat(7, "b", 0, 0)',
      outcome: 'allowed-error',
      errno: 'ENOENT',
    });
    expect(writer.step('only when it was there')).toMatchObject({ outcome: 'skipped', startedNs: null });
    expect(writer.step('reuse')?.call).toBe('close(7)');
    expect(decodeTrace(writer.bytes).beganAtMs).toBe(1_700_000_000_123);
  });

  test('keeps the name of a descriptor that was never opened', () => {
    expect(new Writer(smallPlan()).step('reuse')?.call).toBe('close(<fd>)');
  });

  test('ends with the exec that does not come back', () => {
    const writer = new Writer(smallPlan());
    writer.record('clone', 50n, 90n, 4711);
    writer.record('exec', 100n, 120n, -EACCES);
    const second = smallPlan().steps.length - 1;
    const at = TRACE_HEADER.size_of + second * TRACE_RECORD.size_of;
    writer.bytes.writeBigUInt64LE(BEGAN_NS + 130n, at + TRACE_RECORD.started_ns);
    expect(decodeTrace(writer.bytes).steps.at(-1)).toMatchObject({ outcome: 'not-reached', durationNs: null });
    writer.bytes.writeBigUInt64LE(BEGAN_NS + 200n, TRACE_HEADER.execed_ns);
    expect(decodeTrace(writer.bytes).steps.at(-1)).toMatchObject({ outcome: 'ok', result: 0, durationNs: 70 });
    expect(decodeTrace(writer.bytes).totalNs).toBe(200);
    expect(decodeTotalNs(writer.bytes.subarray(0, TRACE_HEADER.size_of))).toBe(200);
  });

  test('names the step that ended the launch, and a child that was killed in it', () => {
    const writer = new Writer(smallPlan());
    writer.record('open', 10n, 30n, -EACCES);
    writer.bytes.writeUInt32LE(1, TRACE_HEADER.failed_side);
    writer.bytes.writeInt32LE(EACCES, TRACE_HEADER.failed_errno);
    writer.bytes.writeInt32LE(9, TRACE_HEADER.child_wait_status);
    const trace = decodeTrace(writer.bytes);
    expect(trace.failure).toEqual({ side: 'shim', index: 0, errno: 'EACCES', errnoNumber: EACCES });
    expect(trace.childSignal).toBe(9);
    expect(writer.step('open')).toMatchObject({ outcome: 'failed', errno: 'EACCES' });
  });

  test('that ends too early is refused', () => {
    const bytes = newTrace(smallPlan());
    expect(() => decodeTrace(bytes.subarray(0, 100))).toThrow(TraceFormatError);
    expect(() => decodeTrace(bytes.subarray(0, 10))).toThrow(TraceFormatError);
    expect(() => decodeTrace(emptyTrace(smallPlan()))).toThrow(TraceFormatError);
  });

  test('of another version of the shim is refused, whichever part of it changed', () => {
    const later = newTrace(smallPlan());
    later.writeUInt32LE(later.readUInt32LE(TRACE_HEADER.version) + 1, TRACE_HEADER.version);
    expect(() => decodeTrace(later)).toThrow(/has the form \d+; this agent reads/);
    expect(() => decodeTotalNs(later)).toThrow(TraceFormatError);

    const plan = smallPlan();
    const unlike = plan.steps.map(({ result, ...step }) => ({ ...step, resultSlot: result?.slot }));
    const otherLabels = Buffer.concat([emptyTrace(plan), Buffer.from(JSON.stringify(unlike))]);
    expect(() => decodeTrace(otherLabels)).toThrow(/labels of the \d+ steps cannot be read/);
  });
});

describe('a plan that cannot be is refused while it is built', () => {
  const builder = new PlanBuilder();
  const slot = builder.slot('s');
  test.each<[string, () => void, RegExp]>([
    ['a NUL inside a string', () => builder.arena.text('a\0b'), /NUL/],
    [
      'a slot in three bytes',
      () => builder.shim.poke('prepare', '', slot, builder.arena.buffer(3, 'b')),
      /4 or 8 bytes/,
    ],
    [
      'a decimal without room',
      () => builder.shim.pokeDecimal('prepare', '', slot, builder.arena.buffer(8, 'b')),
      /21 bytes/,
    ],
    ['a place outside of its buffer', () => builder.arena.buffer(8, 'b').at(4, 8), /outside/],
    ['too many slots', () => Array.from({ length: 300 }, () => builder.slot('x')), /at most 256/],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });

  test('more errnos than a step has room for', () => {
    const plan = new PlanBuilder();
    const [a, b] = [plan.slot('a'), plan.slot('b')];
    plan.shim.syscall('prepare', 'x', 'close', [a], {
      allow: ['EPERM', 'ENOENT', 'EIO', 'EBADF', 'EAGAIN', 'ENOMEM', 'EACCES'],
    });
    expect(() => plan.build({ pid: a, pidfd: b, stdout: a, stderr: b, log: { maxBytes: 1, maxFiles: 1 } })).toThrow(
      /at most 6/,
    );
  });

  test('a fraction where a number of bytes is wanted', () => {
    const plan = new PlanBuilder();
    const a = plan.slot('a');
    plan.shim.syscall('prepare', 'x', 'close', [0.5]);
    expect(() => plan.build({ pid: a, pidfd: a, stdout: a, stderr: a, log: { maxBytes: 1, maxFiles: 1 } })).toThrow(
      /whole number/,
    );
  });
});

test('a rendered plan has both sides, names instead of numbers, and every label', () => {
  const plan = planOfEverything();
  const text = renderPlan(plan);
  for (const { label } of plan.steps) expect(text).toContain(label);
  expect(text).toContain('openat(-100, "/proc/<pid>", 0, 0) = <end>');
  expect(text).not.toContain('{{');
});
