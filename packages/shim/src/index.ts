export type { ArenaRef } from './arena.ts';
export type { ShimState } from './control-layout.ts';
export { ExitRecordError, parseExitRecord, readExitRecord, type ExitRecord } from './exit-record.ts';
export { PlanBuilder, type LaunchPlan, type PlanStep } from './plan-builder.ts';
export { Slot, slotText, type Argument, type Errno, type StepGroup, type StepTable } from './step-table.ts';
export { renderPlan } from './plan-text.ts';
export {
  connectShim,
  LaunchFailedError,
  ShimClient,
  ShimGoneError,
  ShimRefusedError,
  type ShimEvents,
} from './shim-client.ts';
export { ShimImage, spawnShim, type ShimCommand, type SpawnedShim } from './spawn-shim.ts';
export {
  decodeTotalNs,
  decodeTrace,
  TRACE_HEADER,
  TraceFormatError,
  type DecodedTrace,
  type LaunchFailure,
  type TracedStep,
} from './trace.ts';
