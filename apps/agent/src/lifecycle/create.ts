import { randomBytes } from 'node:crypto';
import { ContainerId, type ContainerDetail, type ContainerSpec, type CreateContainer } from '@vitrine/protocol';
import { LaunchError, type Resolved, type Task } from '@vitrine/runtime';
import { watchEnd } from '../exit/watch-end.ts';
import { eventually } from '../journal/append-eventually.ts';
import type { ContainerRecord } from '../records/container-record.ts';
import { hashRequest } from '../records/request-ledger.ts';
import { chooseName } from './container-name.ts';
import { recordFailedLaunch, launchFailed } from './failed-launch.ts';
import { lifeEvents } from './life-events.ts';
import { LiveContainer } from './live-container.ts';
import type { Parts } from './parts.ts';

/**
 * Makes a container and, unless told otherwise, starts it in the same launch. Answers when PID 1 was exec'd, or waits for it.
 *
 * Bad input leaves nothing. A launch that failed at a step leaves a stopped record with its trace, so that it can be looked at.
 */
export async function createContainer(parts: Parts, request: CreateContainer): Promise<ContainerDetail> {
  const id = ContainerId.parse(randomBytes(32).toString('hex'));
  if (request.idempotencyKey === undefined) return await make(parts, id, request, null);
  const key = { key: request.idempotencyKey, hash: hashRequest({ spec: request.spec, start: request.start }) };
  return await parts.requests.once(key, id, {
    work: () => make(parts, id, request, key),
    exists: (made) => parts.table.find(made) !== undefined,
    answer: (made) => answerAgain(parts, ContainerId.parse(made)),
  });
}

function answerAgain(parts: Parts, id: ContainerId): ContainerDetail {
  const container = parts.table.get(id);
  const { exit } = container.record;
  if (exit?.kind === 'launch-failed') throw launchFailed(exit);
  return container.detail();
}

async function make(
  parts: Parts,
  id: ContainerId,
  request: CreateContainer,
  key: ContainerRecord['request'],
): Promise<ContainerDetail> {
  const name = await chooseName(parts, request);
  parts.table.reserveName(name, id);
  try {
    const resolved = parts.runtime.resolve(id, { ...request.spec, name });
    const container = new LiveContainer(newRecord(parts, resolved, name, request, key));
    return await container.queue.run(() => launch(parts, container, resolved, request));
  } catch (error) {
    if (parts.table.find(id) === undefined) parts.table.releaseName(name, id);
    throw error;
  }
}

function newRecord(
  parts: Parts,
  resolved: Resolved,
  name: string,
  request: CreateContainer,
  key: ContainerRecord['request'],
): ContainerRecord {
  const spec: ContainerSpec = { ...request.spec, name };
  return {
    version: 1,
    id: ContainerId.parse(resolved.id),
    name,
    spec,
    command: resolved.command,
    imageId: resolved.image.id,
    ociConfig: { ...resolved.ociConfig },
    createdBy: request.actor,
    createdAtMs: parts.now(),
    request: key,
    status: 'creating',
    bootId: parts.bootId,
    pid: null,
    shimPid: null,
    startedAtMs: null,
    startedBy: null,
    launchNs: null,
    stopRequest: null,
    stoppedAtMs: null,
    exit: null,
    oomKills: 0,
    oomKillsTold: 0,
    uidRangeStart: resolved.uidRangeStart,
    cgroup: resolved.cgroup,
    journalSeq: parts.journal.lastSeq,
  };
}

async function launch(
  parts: Parts,
  container: LiveContainer,
  resolved: Resolved,
  { start, actor }: CreateContainer,
): Promise<ContainerDetail> {
  const { runtime, store, table } = parts;
  try {
    store.create(container.record);
    // Side by side: the record must be durable before the journal tells of the container, not before the launch.
    const [launched, settled] = await Promise.allSettled([
      runtime.launch(resolved, { startAtOnce: start }),
      store.settle(container.id),
    ]);
    if (launched.status === 'fulfilled') container.task = launched.value;
    if (settled.status === 'rejected') throw settled.reason;
    if (launched.status === 'rejected') throw launched.reason;
    await makeKnown(parts, container, launched.value, start ? actor : null);
  } catch (error) {
    if (!(error instanceof LaunchError)) {
      await takeBack(parts, container);
      throw error;
    }
    await recordFailedLaunch(parts, container, error).catch(async (full: unknown) => {
      parts.log.error({ error: full, id: container.id }, 'a failed launch could not be written down');
      await takeBack(parts, container);
    });
    throw error.toDomainError();
  }
  table.add(container);
  watchEnd(parts, container);
  // Not before the answer is on its way.
  setImmediate(() => followWithRecord(parts, container));
  return container.detail();
}

/** From here on neither a crash nor a power cut loses the container: the journal says that it is there. */
async function makeKnown(
  parts: Parts,
  container: LiveContainer,
  task: Task,
  startedBy: ContainerRecord['startedBy'],
): Promise<void> {
  const { record } = container;
  container.record = {
    ...record,
    status: startedBy === null ? 'created' : 'running',
    pid: task.pid,
    shimPid: task.shimPid,
    startedAtMs: startedBy === null ? null : ((await task.startedAtMs()) ?? parts.now()),
    startedBy,
    launchNs: startedBy === null ? null : task.launchNs(),
  };
  await parts.journal.append(...lifeEvents(container.record));
}

/**
 * Brings the record up to what the journal says, after the answer: it is needed only once the journal has dropped those
 * events. On a full disk it is tried again, between the verbs, so that a stop does not have to wait for space.
 */
function followWithRecord(parts: Parts, container: LiveContainer): void {
  const write = async (): Promise<void> => {
    if (parts.table.find(container.id) === container) await parts.store.write(container.record);
  };
  eventually(() => container.queue.run(write), parts).catch((error: unknown) => {
    if (!parts.closing.aborted) parts.log.error({ error, id: container.id }, 'a record stays behind the journal');
  });
}

/** The answer could not be made durable, so there must be no container either. */
async function takeBack(parts: Parts, container: LiveContainer): Promise<void> {
  const { runtime, store, log } = parts;
  container.task?.close();
  await runtime.cleanUp(container.id, { keepWritableLayer: false });
  await store.remove(container.id).catch((error: unknown) => {
    log.error({ error, id: container.id }, 'what a failed create left on disk stays until the next start');
  });
}
