import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';

/**
 * Tells of processes that the kernel killed for memory while PID 1 lives on. What the counter showed at the look before is told
 * now: had it been PID 1, the container would have ended in between, and its autopsy tells it.
 */
export function tellOomKills(parts: Parts, container: LiveContainer, counted: number | null): void {
  if (counted === null || counted <= container.record.oomKillsTold) return;
  container.queue
    .run(async () => {
      const { record } = container;
      const count = counted - record.oomKillsTold;
      if (count <= 0 || record.status !== 'running') return;
      // The journal first: a start after a crash adds up what it holds.
      const of = { containerId: record.id, containerName: record.name };
      const actor = { kind: 'kernel' } as const;
      await parts.journal.append({ type: 'container.oom-kill', ...of, count, atMs: parts.now(), actor });
      container.record = { ...record, oomKills: counted, oomKillsTold: counted };
      await parts.store.write(container.record);
      parts.table.changed(container);
    })
    .catch((error: unknown) =>
      parts.log.error({ error, id: container.id }, 'a kill for memory could not be told; it is tried again'),
    );
}
