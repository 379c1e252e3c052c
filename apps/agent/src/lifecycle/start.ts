import type { Actor, ContainerDetail, ContainerId } from '@vitrine/protocol';
import { LaunchError } from '@vitrine/runtime';
import { appendEventually } from '../journal/append-eventually.ts';
import { mustBeAbleTo } from './container-table.ts';
import { recordFailedLaunch } from './failed-launch.ts';
import type { Parts } from './parts.ts';

/** Lets a created container go: answers when its program was exec'd. */
export function startContainer(
  parts: Parts,
  { id, actor }: { id: ContainerId; actor: Actor },
): Promise<ContainerDetail> {
  const container = parts.table.get(id);
  return container.queue.run(async () => {
    mustBeAbleTo('start', container);
    const { task } = container;
    if (task === null) throw new Error(`container ${id} is created and has no task`);
    try {
      await task.start();
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      await recordFailedLaunch(parts, container, error);
      throw error.toDomainError();
    }
    const startedAtMs = (await task.startedAtMs()) ?? parts.now();
    const launchNs = task.launchNs();
    container.record = { ...container.record, status: 'running', startedAtMs, startedBy: actor, launchNs };
    await parts.store.write(container.record);
    const of = { containerId: id, containerName: container.record.name };
    const { pid } = task;
    await appendEventually(parts.journal, parts, {
      type: 'container.started',
      ...of,
      pid,
      launchNs,
      atMs: startedAtMs,
      actor,
    });
    parts.table.changed(container);
    return container.detail();
  });
}
