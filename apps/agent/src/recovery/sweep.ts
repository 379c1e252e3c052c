import { keepLaunchTrace } from '../lifecycle/keep-launch-trace.ts';
import type { Parts } from '../lifecycle/parts.ts';

/** Removes what stands in the kernel or on disk for containers that nobody knows, or that have ended. */
export async function sweepLeftovers(parts: Parts, leaveAlone: ReadonlySet<string>): Promise<void> {
  const { runtime, table, log } = parts;
  for (const { id, cgroup, task, snapshot } of runtime.leftovers()) {
    if (leaveAlone.has(id)) continue;
    const record = table.find(id)?.record;
    // One that ended while the agent was away still has its cgroup: its last counters are read first.
    if (record !== undefined && record.status !== 'stopped') continue;
    const keepWritableLayer = record?.spec.keepWritableLayer ?? false;
    if (!cgroup && !task && snapshot && keepWritableLayer) continue;
    log.warn({ id, cgroup, task, snapshot }, 'what a container left behind is removed');
    if (task && record !== undefined) await keepLaunchTrace(parts, id);
    await runtime.cleanUp(id, { keepWritableLayer });
  }
}
