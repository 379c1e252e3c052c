import type { LaunchPlan, PlanStep } from './plan-builder.ts';

const SLOT = /\{\{(\d+):([^}]*)\}\}/g;

/** With the values that slots had when the step ran; a slot that never got one keeps its name. */
export const callWithValues = (call: string, values: ReadonlyMap<number, number>): string =>
  call.replaceAll(SLOT, (_, index: string, name: string) => (values.get(Number(index)) ?? `<${name}>`).toString());

const callWithNames = (call: string): string => call.replaceAll(SLOT, (_, _index: string, name: string) => `<${name}>`);

/** A plan for people: what `vitrine plan` prints and what golden tests pin. */
export function renderPlan(plan: LaunchPlan): string {
  const line = (step: PlanStep): string => {
    const result = step.result === null ? '' : ` = <${step.result.name}>`;
    return `${step.index.toString().padStart(4)}  ${step.group.padEnd(10)}  ${step.label}\n                  ${callWithNames(step.call)}${result}`;
  };
  const side = (name: string, wanted: PlanStep['side']): string =>
    [`${name}:`, ...plan.steps.filter((step) => step.side === wanted).map(line)].join('\n');
  return `${side('shim (parent, real root)', 'shim')}\n\n${side('child (becomes PID 1)', 'child')}\n`;
}
