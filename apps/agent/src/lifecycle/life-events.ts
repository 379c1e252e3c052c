import type { Actor, Exit } from '@vitrine/protocol';
import type { NewHostEvent } from '../journal/journal.ts';
import type { ContainerRecord } from '../records/container-record.ts';

/** The events that a record tells of, in their order: also for a start that finds them missing in the journal. */
export function lifeEvents(record: ContainerRecord): NewHostEvent[] {
  const of = { containerId: record.id, containerName: record.name };
  const events: NewHostEvent[] = [
    { type: 'container.created', ...of, image: record.spec.image, atMs: record.createdAtMs, actor: record.createdBy },
  ];
  if (record.startedAtMs !== null && record.pid !== null) {
    const { pid, launchNs, startedAtMs: atMs, startedBy } = record;
    events.push({ type: 'container.started', ...of, pid, launchNs, atMs, actor: startedBy ?? record.createdBy });
  }
  return events;
}

export function exitedEvent({ id, name }: ContainerRecord, exit: Exit, atMs: number): NewHostEvent {
  return { type: 'container.exited', containerId: id, containerName: name, exit, atMs, actor: actorOf(exit) };
}

function actorOf(exit: Exit): Actor {
  switch (exit.kind) {
    case 'exited':
      return { kind: 'container' };
    case 'stopped':
      return exit.by;
    case 'oom':
      return { kind: 'kernel' };
    case 'signaled':
      if (exit.sender.kind === 'process') return { kind: 'process', pid: exit.sender.pid, comm: exit.sender.comm };
      return { kind: exit.sender.kind === 'kernel' ? 'kernel' : 'unknown' };
    case 'launch-failed':
      return { kind: 'agent' };
    case 'lost':
      return { kind: 'unknown' };
  }
}
