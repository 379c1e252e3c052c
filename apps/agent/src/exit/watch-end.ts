import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import { settleExit } from './settle-exit.ts';

/** Waits for the end of a task and settles it, after whatever verb is at work on the container just then. */
export function watchEnd(parts: Parts, container: LiveContainer): void {
  const { task } = container;
  if (task === null) return;
  task.exited
    .then((exit) => container.queue.run(() => settleExit(parts, container, exit)))
    .catch((error: unknown) => {
      // The record still says "running" and the exit record lies beside it: the next start settles it.
      if (!parts.closing.aborted) parts.log.error({ error, id: container.id }, 'an end could not be settled');
    });
}
