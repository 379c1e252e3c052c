import type { Parts } from '../lifecycle/parts.ts';

/** Removes what stands in the kernel or on disk for containers that nobody knows, or that have ended. */
export async function sweepLeftovers({ runtime, table, log }: Parts, leaveAlone: ReadonlySet<string>): Promise<void> {
  for (const { id, cgroup, task, snapshot } of runtime.leftovers()) {
    if (leaveAlone.has(id)) continue;
    const record = table.find(id)?.record;
    // One that ended while the agent was away still has its cgroup: its last counters are read first.
    if (record !== undefined && record.status !== 'stopped') continue;
    const keepWritableLayer = record?.spec.keepWritableLayer ?? false;
    if (!cgroup && !task && snapshot && keepWritableLayer) continue;
    log.warn({ id, cgroup, task, snapshot }, 'what a container left behind is removed');
    await runtime.cleanUp(id, { keepWritableLayer });
  }
}
