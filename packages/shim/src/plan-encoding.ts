import { ArenaRef, type Arena } from './arena.ts';
import { errnoNumber, Slot, type Argument, type BuiltStep } from './step-table.ts';
import {
  ALLOWED_MAX,
  ARGUMENT,
  NO_SLOT,
  PLAN_HEADER,
  PLAN_MAGIC,
  PLAN_VERSION,
  RELOCATION,
  STEP,
} from './plan-layout.ts';

const U64 = 64;

export type Supervision = {
  pid: Slot;
  pidfd: Slot;
  /** Read ends of the container's pipes. */
  stdout: Slot;
  stderr: Slot;
  log: { maxBytes: number; maxFiles: number };
};

const U32 = 0x1_0000_0000;

/** Two halves, since BigInt for each of two thousand arguments would cost half a millisecond a launch. */
function writeU64(bytes: Buffer, value: number | bigint, at: number): void {
  if (typeof value === 'bigint') {
    bytes.writeBigUInt64LE(BigInt.asUintN(U64, value), at);
    return;
  }
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number that a plan can hold.`);
  bytes.writeUInt32LE(value >>> 0, at);
  bytes.writeUInt32LE(Math.floor(value / U32) >>> 0, at + 4);
}

function writeArgument(bytes: Buffer, argument: Argument, step: number, index: number): void {
  const at = step + STEP.args + index * 8;
  const kind = (value: number): number => bytes.writeUInt8(value, step + STEP.kinds + index);
  if (argument instanceof Slot) {
    writeU64(bytes, argument.index, at);
    kind(ARGUMENT.SLOT);
  } else if (argument instanceof ArenaRef) {
    writeU64(bytes, argument.offset, at);
    kind(ARGUMENT.ARENA);
  } else {
    writeU64(bytes, typeof argument === 'object' ? argument.value : argument, at);
    kind(ARGUMENT.IMMEDIATE);
  }
}

function writeStep(bytes: Buffer, at: number, step: BuiltStep): void {
  if (step.allowed.length > ALLOWED_MAX) throw new RangeError(`A step allows at most ${ALLOWED_MAX} errnos.`);
  bytes.writeUInt32LE(step.op, at + STEP.op);
  bytes.writeUInt32LE(step.number, at + STEP.number);
  for (const [index, argument] of step.args.entries()) writeArgument(bytes, argument, at, index);
  // Nobody sends signals to a launch, so the only EINTR is a tracer's or a freezer's: asking again is always right.
  bytes.writeUInt8(1, at + STEP.retry_eintr);
  bytes.writeUInt8(step.allowed.length, at + STEP.allowed_count);
  bytes.writeUInt32LE(step.resultSlot?.index ?? NO_SLOT, at + STEP.result_slot);
  bytes.writeUInt32LE(step.skipOnOk, at + STEP.skip_on_ok);
  bytes.writeUInt32LE(step.skipOnAllowed, at + STEP.skip_on_allowed);
  for (const [index, errno] of step.allowed.entries()) {
    bytes.writeUInt16LE(errnoNumber(errno), at + STEP.allowed + index * 2);
  }
}

function encodeSteps(steps: readonly BuiltStep[]): Buffer {
  const bytes = Buffer.alloc(steps.length * STEP.size_of);
  for (const [index, step] of steps.entries()) writeStep(bytes, index * STEP.size_of, step);
  return bytes;
}

export function encodePlan(plan: {
  tables: readonly [readonly BuiltStep[], readonly BuiltStep[]];
  arena: Arena;
  slotCount: number;
  supervision: Supervision;
}): Uint8Array {
  const header = Buffer.alloc(PLAN_HEADER.size_of);
  const [shimSteps, childSteps] = plan.tables.map(encodeSteps);
  if (shimSteps === undefined || childSteps === undefined) throw new Error('A plan has two tables.');
  const relocations = plan.arena.encodeRelocations();
  const arena = plan.arena.encode();

  const parts = [header, shimSteps, childSteps, relocations, arena];
  const offsets = parts.map((_, index) => parts.slice(0, index).reduce((sum, part) => sum + part.length, 0));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const span = (at: number, part: number, elementBytes: number): void => {
    header.writeUInt32LE(offsets[part] ?? 0, at);
    header.writeUInt32LE((parts[part]?.length ?? 0) / elementBytes, at + 4);
  };

  header.writeUInt32LE(PLAN_MAGIC, PLAN_HEADER.magic);
  header.writeUInt32LE(PLAN_VERSION, PLAN_HEADER.version);
  header.writeUInt32LE(size, PLAN_HEADER.size);
  header.writeUInt32LE(plan.slotCount, PLAN_HEADER.slot_count);
  span(PLAN_HEADER.steps, 1, STEP.size_of);
  span(PLAN_HEADER.steps + 8, 2, STEP.size_of);
  span(PLAN_HEADER.relocations, 3, RELOCATION.size_of);
  span(PLAN_HEADER.arena, 4, 1);
  const { pid, pidfd, stdout, stderr, log } = plan.supervision;
  header.writeUInt32LE(pid.index, PLAN_HEADER.pid_slot);
  header.writeUInt32LE(pidfd.index, PLAN_HEADER.pidfd_slot);
  header.writeUInt32LE(stdout.index, PLAN_HEADER.stdout_slot);
  header.writeUInt32LE(stderr.index, PLAN_HEADER.stderr_slot);
  header.writeBigUInt64LE(BigInt(log.maxBytes), PLAN_HEADER.log_max_bytes);
  header.writeUInt32LE(log.maxFiles, PLAN_HEADER.log_max_files);
  return Buffer.concat(parts);
}
