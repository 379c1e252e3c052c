import { can, type Actor, type ContainerId } from '@vitrine/protocol';
import { mustBeAbleTo } from './container-table.ts';
import { killContainer } from './kill.ts';
import type { LiveContainer } from './live-container.ts';
import type { Parts } from './parts.ts';

/** Removes a stopped container's record, logs and kept layer. With `force` it is killed first, and its end is told before. */
export async function deleteContainer(
  parts: Parts,
  { id, actor, force }: { id: ContainerId; actor: Actor; force: boolean },
): Promise<{ id: ContainerId }> {
  const container = parts.table.get(id);
  if (force && can('kill', container.record.status)) {
    await killContainer(parts, { id, actor, signal: 'SIGKILL' });
    await container.settled.promise;
  }
  return await container.queue.run(async () => {
    // Two deletes at once: the second finds nothing.
    parts.table.get(id);
    mustBeAbleTo('delete', container);
    await parts.journal.append({
      type: 'container.deleted',
      containerId: id,
      containerName: container.record.name,
      atMs: parts.now(),
      actor,
    });
    await removeContainer(parts, container);
    return { id };
  });
}

/** After the event was journaled: a crash in here is finished by the next start, which finds the event. */
export async function removeContainer(parts: Parts, container: LiveContainer): Promise<void> {
  const { record } = container;
  await parts.runtime.cleanUp(record.id, { keepWritableLayer: false });
  await parts.store.remove(record.id);
  parts.table.remove(container);
  if (record.request === null) return;
  await parts.requests.forget(record.request, record.id).catch((error: unknown) => {
    parts.log.warn(
      { error, id: record.id },
      'the key of a deleted container is remembered only until the next restart',
    );
  });
}
