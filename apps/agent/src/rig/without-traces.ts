import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { AgentRig } from './agent-rig.ts';

const PATIENCE_MS = 5000;

/** An end is told before it is cleaned up: looks until both say the same, or for long enough. */
async function look<T>(read: () => T, wanted: (found: T) => boolean): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let found = read();
  while (!wanted(found) && performance.now() < giveUpAt) {
    await sleep(10);
    found = read();
  }
  return found;
}

/** Runs the work and wants the listings of the kernel and the disk to be as before. */
export async function withoutTraces(rig: AgentRig, work: () => Promise<void>): Promise<void> {
  const alive = (await rig.client.call('containers.list', {})).filter(({ status }) => status !== 'stopped').length;
  const before = await look(
    () => rig.traces(),
    ({ tasks }) => tasks.length === alive,
  );
  await work();
  const after = await look(
    () => rig.traces(),
    (found) => JSON.stringify(found) === JSON.stringify(before),
  );
  expect(after).toEqual(before);
}
