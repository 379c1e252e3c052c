/**
 * The binary plan as packages/shim/c/plan.h reads it: the numbers of both sides, kept equal by layout.test.ts.
 *
 * Shape    header, steps of the shim, steps of the child, relocations, arena; little-endian, like every machine we run on.
 */
export const PLAN_MAGIC = 0x4e4c5056;
export const PLAN_VERSION = 1;
export const MAX_SLOTS = 256;
export const NO_SLOT = 0xffff_ffff;
export const ALLOWED_MAX = 6;

export const OP = {
  SYSCALL: 0,
  CLONE: 1,
  WAIT: 2,
  NOTIFY: 3,
  AWAIT_EXEC: 4,
  AWAIT_START: 5,
  POKE: 6,
  POKE_DECIMAL: 7,
  LOAD: 8,
  ASSERT: 9,
  MAKE_PATH: 10,
  EXEC: 11,
} as const;
export type Op = (typeof OP)[keyof typeof OP];

export const ARGUMENT = { IMMEDIATE: 0, ARENA: 1, SLOT: 2 } as const;

/** `struct plan_header`. */
export const PLAN_HEADER = {
  magic: 0,
  version: 4,
  size: 8,
  slot_count: 12,
  steps: 16,
  relocations: 32,
  arena: 40,
  pid_slot: 48,
  pidfd_slot: 52,
  stdout_slot: 56,
  stderr_slot: 60,
  log_max_bytes: 64,
  log_max_files: 72,
  size_of: 80,
} as const;

/** `struct step`. */
export const STEP = {
  op: 0,
  number: 4,
  args: 8,
  kinds: 56,
  retry_eintr: 62,
  allowed_count: 63,
  result_slot: 64,
  skip_on_ok: 68,
  skip_on_allowed: 72,
  allowed: 76,
  size_of: 88,
} as const;

/** `struct relocation`: both are offsets into the arena. */
export const RELOCATION = { place: 0, target: 4, size_of: 8 } as const;
