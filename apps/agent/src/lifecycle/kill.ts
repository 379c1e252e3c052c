import type { Actor, ContainerDetail, ContainerId } from '@vitrine/protocol';
import { signalName, signalNumber } from '../exit/signal-names.ts';
import { mustBeAbleTo } from './container-table.ts';
import type { Parts } from './parts.ts';
import { sendSignal } from './stop.ts';

/** Signals that do not end a process by themselves: asking for one is no reason for a later death. */
const HARMLESS = new Set(['SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGWINCH']);

/** Sends PID 1 a signal, SIGKILL unless told otherwise. Answers at once; an end is told by an event. */
export function killContainer(
  parts: Parts,
  { id, actor, signal: asked }: { id: ContainerId; actor: Actor; signal: string },
): Promise<ContainerDetail> {
  const container = parts.table.get(id);
  const number = signalNumber(asked);
  const signal = signalName(number);
  return container.queue.run(async () => {
    mustBeAbleTo('kill', container);
    const { record } = container;
    const atMs = parts.now();
    const replaces = record.stopRequest?.request !== 'stop' || signal === 'SIGKILL';
    if (!HARMLESS.has(signal) && replaces) {
      clearTimeout(container.stopTimer);
      container.record = {
        ...record,
        stopRequest: { by: actor, request: 'kill', signal, atMs, timeoutSec: null, escalated: false },
      };
      await parts.store.write(container.record);
    }
    const of = { containerId: id, containerName: record.name };
    await parts.journal.append({ type: 'container.kill-requested', ...of, signal, atMs, actor });
    await sendSignal(container, number);
    return container.detail();
  });
}
