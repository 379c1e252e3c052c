import { constants } from 'node:os';
import { ArenaRef } from './arena.ts';
import { OP, type Op } from './plan-layout.ts';
import { syscallNumber, type SyscallName } from './syscall-numbers.ts';

export type Side = 'shim' | 'child';

export type StepGroup =
  | 'prepare'
  | 'namespaces'
  | 'filesystem'
  | 'cgroup'
  | 'network'
  | 'identity'
  | 'security'
  | 'sync'
  | 'exec';

export type Errno = keyof typeof constants.errno;

/** A result that later steps use. The child has its own copy from the clone on. */
export class Slot {
  readonly index: number;
  readonly name: string;

  constructor(index: number, name: string) {
    this.index = index;
    this.name = name;
  }
}

/** An immediate with a name, a slot, or a place in the arena. */
export type Argument = number | bigint | Slot | ArenaRef | { value: number | bigint; text: string };

export type StepOptions = {
  result?: Slot;
  /** These errnos are no failure: the launch goes on with the next step. */
  allow?: readonly Errno[];
};

export type BuiltStep = {
  op: Op;
  number: number;
  args: readonly Argument[];
  resultSlot: Slot | undefined;
  allowed: readonly Errno[];
  skipOnOk: number;
  skipOnAllowed: number;
  group: StepGroup;
  label: string;
  /** As in `openat`. */
  name: string;
};

export const slotText = (slot: Slot): string => `{{${slot.index}:${slot.name}}}`;

function shownArgument(argument: Argument): string {
  if (argument instanceof Slot) return slotText(argument);
  if (argument instanceof ArenaRef) return argument.shown;
  if (typeof argument === 'object') return argument.text;
  return argument.toString();
}

/** As strace would print it; slots keep a place for their values. */
export function callText({ name, args }: BuiltStep): string {
  const shown = args.map(shownArgument).filter((text) => text !== '');
  return `${name}(${shown.join(', ')})`;
}

/** One side's steps, in order. */
export class StepTable {
  readonly side: Side;
  readonly steps: BuiltStep[] = [];

  constructor(side: Side) {
    this.side = side;
  }

  syscall(
    group: StepGroup,
    label: string,
    name: SyscallName,
    args: readonly Argument[],
    options: StepOptions = {},
  ): void {
    this.#add(OP.SYSCALL, group, label, name, args, { ...options, number: syscallNumber(name) });
  }

  /** The child goes on with its own table; the shim gets its pid. */
  clone(group: StepGroup, label: string, cloneArgs: ArenaRef, result: Slot): void {
    this.#add(OP.CLONE, group, label, 'clone3', [cloneArgs, cloneArgs.size], { result });
  }

  /** Blocks until the other side sends `byte`; fails with EPIPE when it is gone. */
  wait(label: string, fd: Slot | number, byte: string): void {
    this.#add(OP.WAIT, 'sync', label, 'read', [fd, byteArgument(byte), 1], {});
  }

  notify(label: string, fd: Slot | number, byte: string): void {
    this.#add(OP.NOTIFY, 'sync', label, 'write', [fd, byteArgument(byte), 1], {});
  }

  /** Blocks until exec closed the child's end; fails with EPIPE when the child died instead. */
  awaitExec(label: string, fd: Slot): void {
    this.#add(OP.AWAIT_EXEC, 'exec', label, 'read', [fd, { value: 0, text: '"", 1' }], {});
  }

  /** The launch pauses here until somebody says `start`: the OCI state "created". */
  awaitStart(label: string): void {
    this.#add(OP.AWAIT_START, 'sync', label, 'await_start', [], {});
  }

  poke(group: StepGroup, label: string, value: Slot, place: ArenaRef): void {
    if (place.size !== 4 && place.size !== 8) throw new RangeError('A slot is poked into 4 or 8 bytes.');
    this.#add(OP.POKE, group, label, 'poke', [value, place, place.size], {});
  }

  /** As text with a NUL after it; needs room for 21 bytes. */
  pokeDecimal(group: StepGroup, label: string, value: Slot, place: ArenaRef): void {
    if (place.size < 21) throw new RangeError('A decimal needs 21 bytes of room.');
    this.#add(OP.POKE_DECIMAL, group, label, 'poke_decimal', [value, place], {});
  }

  load(group: StepGroup, label: string, place: ArenaRef, result: Slot): void {
    this.#add(OP.LOAD, group, label, 'load', [place, place.size], { result });
  }

  /** `(memory & mask) == expected`, else the launch fails with `errno`. */
  assert(
    group: StepGroup,
    label: string,
    place: ArenaRef,
    wanted: { mask?: bigint; equals: bigint; errno: Errno; allow?: readonly Errno[] },
  ): void {
    const mask = wanted.mask ?? 0xffff_ffff_ffff_ffffn;
    const args = [place, place.size, hex(mask), hex(wanted.equals), errnoArgument(wanted.errno)];
    this.#add(OP.ASSERT, group, label, 'assert', args, { allow: wanted.allow ?? [] });
  }

  /** An O_PATH descriptor of `path` below `root`; what is missing is made. `mode` holds the type, S_IFDIR or S_IFREG. */
  makePath(group: StepGroup, label: string, root: Slot, path: ArenaRef, mode: number, result: Slot): void {
    const shown = { value: mode, text: `0${mode.toString(8)}` };
    this.#add(OP.MAKE_PATH, group, label, 'make_path', [root, path, shown], { result });
  }

  /** One step a candidate: it goes on after ENOENT, ENOTDIR and EACCES, as a shell does. */
  exec(label: string, candidates: readonly ArenaRef[], argv: ArenaRef, envp: ArenaRef): void {
    for (const [index, candidate] of candidates.entries()) {
      const last = index === candidates.length - 1;
      const mayMiss: readonly Errno[] = last ? [] : ['ENOENT', 'ENOTDIR', 'EACCES'];
      const flag = { value: last ? 1 : 0, text: '' };
      this.#add(OP.EXEC, 'exec', label, 'execve', [candidate, argv, envp, flag], { allow: mayMiss });
    }
  }

  /** When `first`, one step, says one of `errnos`, then `rest` is skipped and the launch goes on. */
  orSkip(errnos: readonly Errno[], first: () => void, rest: () => void): void {
    const step = this.#oneStep(first);
    const before = this.steps.length;
    rest();
    step.allowed = [...step.allowed, ...errnos];
    step.skipOnAllowed = this.steps.length - before;
  }

  /** When `first`, which may fail with `errnos`, works, then `otherwise` is skipped: an "if" and its "else". */
  eitherOr(errnos: readonly Errno[], first: () => void, then: () => void, otherwise: () => void): void {
    this.orSkip(errnos, first, then);
    const lastOfThen = this.steps.at(-1);
    const before = this.steps.length;
    otherwise();
    if (lastOfThen !== undefined) lastOfThen.skipOnOk = this.steps.length - before;
  }

  #oneStep(add: () => void): BuiltStep {
    const before = this.steps.length;
    add();
    const step = this.steps[before];
    if (step === undefined || this.steps.length !== before + 1) throw new Error('A condition is exactly one step.');
    return step;
  }

  #add(
    op: Op,
    group: StepGroup,
    label: string,
    name: string,
    args: readonly Argument[],
    options: StepOptions & { number?: number },
  ): void {
    this.steps.push({
      op,
      number: options.number ?? 0,
      args,
      resultSlot: options.result,
      allowed: options.allow ?? [],
      skipOnOk: 0,
      skipOnAllowed: 0,
      group,
      label,
      name,
    });
  }
}

const byteArgument = (byte: string): Argument => ({ value: byte.charCodeAt(0), text: JSON.stringify(byte) });
const hex = (value: bigint): Argument => ({ value, text: `0x${value.toString(16)}` });
const errnoArgument = (name: Errno): Argument => ({ value: errnoNumber(name), text: name });
export const errnoNumber = (name: Errno): number => constants.errno[name];
