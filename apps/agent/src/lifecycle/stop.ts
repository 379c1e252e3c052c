import { DomainError, type Actor, type ContainerDetail, type ContainerId } from '@vitrine/protocol';
import { signalNumber } from '../exit/signal-names.ts';
import { mustBeAbleTo } from './container-table.ts';
import type { LiveContainer } from './live-container.ts';
import type { Parts } from './parts.ts';

const SIGKILL = 9;

/**
 * Asks PID 1 to end, and ends it when it does not within the timeout. Answers at once; the end is told by an event. Who asked
 * is written down before the signal is sent, so that the autopsy knows it even if the agent dies in between.
 */
export function stopContainer(
  parts: Parts,
  { id, actor, timeoutSec: asked }: { id: ContainerId; actor: Actor; timeoutSec?: number | undefined },
): Promise<ContainerDetail> {
  const container = parts.table.get(id);
  return container.queue.run(async () => {
    mustBeAbleTo('stop', container);
    const { record } = container;
    const timeoutSec = asked ?? record.spec.stopTimeoutSec;
    // PID 1 that has not been exec'd has no handlers, and the kernel keeps every signal but SIGKILL from it.
    const signal = record.status === 'created' ? 'SIGKILL' : record.spec.stopSignal;
    const atMs = parts.now();
    const of = { containerId: id, containerName: record.name };
    container.record = {
      ...record,
      stopRequest: { by: actor, request: 'stop', signal, atMs, timeoutSec, escalated: false },
    };
    await parts.store.write(container.record);
    await parts.journal.append({ type: 'container.stop-requested', ...of, signal, timeoutSec, atMs, actor });
    armStopTimer(parts, container);
    await sendSignal(container, signalNumber(signal));
    return container.detail();
  });
}

/** Also after a restart of the agent: the time that has passed since the request counts. */
export function armStopTimer(parts: Parts, container: LiveContainer): void {
  const { stopRequest } = container.record;
  clearTimeout(container.stopTimer);
  if (stopRequest === null || stopRequest.timeoutSec === null) return;
  const leftMs = Math.max(0, stopRequest.atMs + stopRequest.timeoutSec * 1000 - parts.now());
  container.stopTimer = setTimeout(() => {
    container.queue
      .run(() => escalate(parts, container))
      .catch((error: unknown) => parts.log.error({ error, id: container.id }, 'a stop could not be forced'));
  }, leftMs);
}

async function escalate(parts: Parts, container: LiveContainer): Promise<void> {
  const { stopRequest, status } = container.record;
  if (stopRequest === null || status === 'stopped') return;
  container.record = { ...container.record, stopRequest: { ...stopRequest, escalated: true } };
  try {
    await parts.store.write(container.record);
  } catch (error) {
    // A full disk must not keep a container from being stopped.
    parts.log.error({ error, id: container.id }, 'the record of a forced stop could not be written');
  }
  await sendSignal(container, SIGKILL);
}

/** A PID 1 that is gone already is what was wanted. */
export async function sendSignal({ task }: LiveContainer, signal: number): Promise<void> {
  try {
    await task?.kill(signal);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'precondition-failed')) throw error;
  }
}
