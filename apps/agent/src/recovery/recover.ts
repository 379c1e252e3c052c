/**
 * What the agent does before it listens: read its records, find the shims, and make whole what its own death, or the host's,
 * interrupted. Running it twice changes nothing more.
 */
import type { ExitRecord } from '@vitrine/runtime';
import { settleExit } from '../exit/settle-exit.ts';
import { watchEnd } from '../exit/watch-end.ts';
import type { NewHostEvent } from '../journal/journal.ts';
import { removeContainer } from '../lifecycle/delete.ts';
import { exitedEvent, lifeEvents } from '../lifecycle/life-events.ts';
import { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import { armStopTimer } from '../lifecycle/stop.ts';
import type { ContainerRecord } from '../records/container-record.ts';
import { JournalIndex } from './journal-index.ts';
import { sweepLeftovers } from './sweep.ts';

type Ended = { container: LiveContainer; exit: ExitRecord | null; lost?: string };

/** Answers how many running containers were found again. */
export async function recover(parts: Parts, version: string): Promise<number> {
  const { store, journal, table, log, requests } = parts;
  const index = await JournalIndex.read(journal);
  const { records, broken, leftovers } = await store.readAll();
  for (const { id, why } of broken) log.error({ id, why }, 'a container record cannot be read and is left alone');
  for (const id of leftovers) await store.remove(id);

  const ended: Ended[] = [];
  for (const written of records) {
    const record = asJournaled(written, index);
    if (record.request !== null) requests.remember(record.request, record.id);
    const oomKillsTold = Math.max(record.oomKillsTold, index.oomKillsTold(record.id));
    const container = new LiveContainer({ ...record, oomKillsTold });
    if (await takeBackUnfinished(parts, container, index)) continue;
    table.add(container);
    await appendMissing(parts, record, index);
    if (record.status === 'stopped') container.settled.resolve();
    else await findTask(parts, container, ended);
  }
  await sweepLeftovers(parts, new Set(broken.map(({ id }) => id)));

  const recovered = table.all().filter(({ task }) => task !== null);
  const actor = { kind: 'agent' } as const;
  await journal.append({ type: 'agent.started', version, recovered: recovered.length, atMs: parts.now(), actor });
  for (const { container, exit, lost } of ended) {
    await container.queue.run(() => settleExit(parts, container, exit, lost));
  }
  for (const container of recovered) {
    armStopTimer(parts, container);
    watchEnd(parts, container);
  }
  return recovered.length;
}

/**
 * The journal is written first: a record that stayed behind is brought up to it. Undefined fields (its shim) are filled in
 * when its task is found.
 */
function asJournaled(record: ContainerRecord, index: JournalIndex): ContainerRecord {
  if (record.status !== 'creating' || index.lacks(record.id, 'container.created', record.journalSeq)) return record;
  const start = index.findStart(record.id);
  if (start === undefined) return { ...record, status: 'created' };
  const { pid, atMs, launchNs, actor } = start;
  return { ...record, status: 'running', pid, startedAtMs: atMs, launchNs, startedBy: actor };
}

/** Takes away what nobody was ever told of, and finishes what was being deleted. */
async function takeBackUnfinished(parts: Parts, container: LiveContainer, index: JournalIndex): Promise<boolean> {
  const { record } = container;
  if (index.has(record.id, 'container.deleted')) {
    await removeContainer(parts, container);
    return true;
  }
  if (record.status !== 'creating') return false;
  parts.log.warn(
    { id: record.id, name: record.name },
    'a container that was being made when the agent died is taken back',
  );
  await parts.runtime.cleanUp(record.id, { keepWritableLayer: false });
  await parts.store.remove(record.id);
  return true;
}

/** A crash between record and journal leaves events untold; they are told now, with the time at which they happened. */
async function appendMissing(parts: Parts, record: ContainerRecord, index: JournalIndex): Promise<void> {
  const missing: NewHostEvent[] = lifeEvents(record).filter(({ type }) =>
    index.lacks(record.id, type, record.journalSeq),
  );
  if (
    record.exit !== null &&
    record.stoppedAtMs !== null &&
    index.lacks(record.id, 'container.exited', record.journalSeq)
  ) {
    missing.push(exitedEvent(record, record.exit, record.stoppedAtMs));
  }
  if (missing.length > 0) await parts.journal.append(...missing);
}

async function findTask(parts: Parts, container: LiveContainer, ended: Ended[]): Promise<void> {
  const { record } = container;
  if (record.bootId !== parts.bootId) {
    const exit = await exitRecordOfLastBoot(parts, record);
    ended.push({ container, exit, ...(exit === null ? { lost: 'the host was restarted while it ran' } : {}) });
    return;
  }
  const found = await parts.runtime.recover(record.id);
  switch (found.kind) {
    case 'running':
    case 'created':
      container.task = found.task;
      await followUp(parts, container, found.kind);
      return;
    case 'exited':
      ended.push({ container, exit: found.exit });
      return;
    case 'gone':
      ended.push({ container, exit: null });
  }
}

/** It may have ended, and said so durably, before the host went down. */
async function exitRecordOfLastBoot({ runtime }: Parts, { id }: ContainerRecord): Promise<ExitRecord | null> {
  const found = await runtime.recover(id);
  return found.kind === 'exited' ? found.exit : null;
}

/** The agent died between telling the shim to go on and writing that down, or before the record followed the journal. */
async function followUp(parts: Parts, container: LiveContainer, kind: 'running' | 'created'): Promise<void> {
  const { record, task } = container;
  if (task === null) return;
  const { pid, shimPid } = task;
  if (kind === 'created' || record.status === 'running') {
    if (record.shimPid === shimPid) return;
    container.record = { ...record, pid, shimPid };
    await parts.store.write(container.record);
    return;
  }
  const startedAtMs = (await task.startedAtMs()) ?? parts.now();
  container.record = { ...record, status: 'running', pid, shimPid, startedAtMs, launchNs: task.launchNs() };
  await parts.store.write(container.record);
  await parts.journal.append(...lifeEvents(container.record).filter(({ type }) => type === 'container.started'));
  parts.table.changed(container);
}
