import { Arena } from './arena.ts';
import { encodePlan, type Supervision } from './plan-encoding.ts';
import { MAX_SLOTS } from './plan-layout.ts';
import { callText, Slot, StepTable, type Side, type StepGroup } from './step-table.ts';

/** What a person is told of a step; `call` has `{{index:name}}` where a slot's value goes. */
export type PlanStep = {
  side: Side;
  index: number;
  group: StepGroup;
  label: string;
  call: string;
  /** Where its result goes. */
  result: { slot: number; name: string } | null;
};

/** What the shim executes, and what people read. */
export type LaunchPlan = {
  bytes: Uint8Array;
  stepCounts: Readonly<Record<Side, number>>;
  /** Put into words when first asked for: a launch does not wait for what only people read. */
  readonly steps: readonly PlanStep[];
};

/** Two tables of steps, the slots they share and the memory they work on. */
export class PlanBuilder {
  readonly shim = new StepTable('shim');
  readonly child = new StepTable('child');
  readonly arena = new Arena();
  #slots = 0;

  slot(name: string): Slot {
    if (this.#slots === MAX_SLOTS) throw new RangeError(`A plan has at most ${MAX_SLOTS} slots.`);
    const slot = new Slot(this.#slots, name);
    this.#slots += 1;
    return slot;
  }

  build(supervision: Supervision): LaunchPlan {
    const { shim, child } = this;
    let described: readonly PlanStep[] | undefined;
    return {
      bytes: encodePlan({
        tables: [shim.steps, child.steps],
        arena: this.arena,
        slotCount: this.#slots,
        supervision,
      }),
      stepCounts: { shim: shim.steps.length, child: child.steps.length },
      get steps() {
        return (described ??= [...describe(shim), ...describe(child)]);
      },
    };
  }
}

const describe = ({ side, steps }: StepTable): PlanStep[] =>
  steps.map((step, index) => ({
    side,
    index,
    group: step.group,
    label: step.label,
    call: callText(step),
    result: step.resultSlot === undefined ? null : { slot: step.resultSlot.index, name: step.resultSlot.name },
  }));
