import { Arena } from './arena.ts';
import { encodePlan, type Supervision } from './plan-encoding.ts';
import { MAX_SLOTS } from './plan-layout.ts';
import { Slot, StepTable, type Side, type StepGroup } from './step-table.ts';

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
export type LaunchPlan = { bytes: Uint8Array; steps: readonly PlanStep[] };

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
    const tables = [this.shim, this.child];
    return {
      bytes: encodePlan({
        tables: [this.shim.steps, this.child.steps],
        arena: this.arena,
        slotCount: this.#slots,
        supervision,
      }),
      steps: tables.flatMap(({ side, steps }) =>
        steps.map(({ group, label, call, resultSlot }, index) => ({
          side,
          index,
          group,
          label,
          call,
          result: resultSlot === undefined ? null : { slot: resultSlot.index, name: resultSlot.name },
        })),
      ),
    };
  }
}
