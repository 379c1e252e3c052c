import { DomainError, type Autopsy, type Exit } from '@vitrine/protocol';
import type { LaunchError } from '@vitrine/runtime';
import { appendEventually } from '../journal/append-eventually.ts';
import { readLog } from '../logs/read-log.ts';
import { lifeEvents } from './life-events.ts';
import type { LiveContainer } from './live-container.ts';
import type { Parts } from './parts.ts';

type FailedLaunch = Extract<Exit, { kind: 'launch-failed' }>;

/** The error that the caller of a launch gets; the same words whenever it is asked for. */
export const launchFailed = ({ step, error, mend }: FailedLaunch): DomainError =>
  new DomainError('launch-failed', { message: `The launch failed at "${step}": ${error}.`, mend });

/** Keeps a launch that failed as a stopped container with its trace and autopsy. The kernel holds nothing of it any more. */
export async function recordFailedLaunch(parts: Parts, container: LiveContainer, error: LaunchError): Promise<void> {
  const { runtime, store, table, journal, now } = parts;
  const { exit, trace } = error;
  container.task?.close();
  container.task = null;
  const wasKnown = table.find(container.id) !== undefined;
  const stoppedAtMs = now();
  container.record = {
    ...container.record,
    status: 'stopped',
    pid: null,
    shimPid: null,
    startedAtMs: null,
    stoppedAtMs,
    exit,
  };
  if (trace !== undefined) await store.writePart(container.id, 'launch.json', trace);
  await store.writePart(container.id, 'autopsy.json', await autopsyOf(parts, container, exit, error));
  await store.write(container.record);
  const { id: containerId, name: containerName } = container.record;
  const exited = { type: 'container.exited', containerId, containerName, exit, atMs: stoppedAtMs } as const;
  const before = wasKnown ? [] : lifeEvents(container.record);
  await appendEventually(journal, parts, ...before, { ...exited, actor: { kind: 'agent' } });
  if (wasKnown) {
    await runtime.cleanUp(container.id, { keepWritableLayer: false });
    table.changed(container);
  } else {
    table.add(container);
  }
  container.settled.resolve();
}

async function autopsyOf(
  { store, hostname }: Parts,
  container: LiveContainer,
  exit: FailedLaunch,
  error: LaunchError,
): Promise<Autopsy> {
  const { record } = container;
  const failed = error.trace?.steps.find(({ outcome }) => outcome === 'failed');
  const evidence =
    failed === undefined ? [] : [{ source: 'launch trace', text: `${failed.call} = ${failed.errno ?? failed.result}` }];
  return {
    containerId: record.id,
    name: record.name,
    hostname,
    exit,
    startedAtMs: null,
    endedAtMs: record.stoppedAtMs ?? record.createdAtMs,
    memory: { limitBytes: record.spec.limits.memoryBytes ?? null, peakBytes: null, lastBytes: null },
    oomKills: 0,
    waitStatus: null,
    evidence,
    lastLogs: (await readLog(store.directoryOf(record.id), { tail: 50 })).lines,
    lastProcesses: [],
    lastSamples: [],
  };
}
