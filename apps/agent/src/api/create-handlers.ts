import { Autopsy, DomainError, LaunchTrace, type ContainerId, type HostInfo } from '@vitrine/protocol';
import type { ImageStore } from '@vitrine/images';
import { readIsolation } from '../isolation/isolation.ts';
import type { Sampler } from '../sampling/sampler.ts';
import type { ProcessFeed } from '../processes/process-feed.ts';
import { createContainer } from '../lifecycle/create.ts';
import { deleteContainer } from '../lifecycle/delete.ts';
import { killContainer } from '../lifecycle/kill.ts';
import type { Parts } from '../lifecycle/parts.ts';
import { startContainer } from '../lifecycle/start.ts';
import { stopContainer } from '../lifecycle/stop.ts';
import { followLog } from '../logs/follow-log.ts';
import { readLog } from '../logs/read-log.ts';
import { fitContainers, fitProcesses } from './fit-frames.ts';
import type { AgentHandlers } from './handlers.ts';

export type Serving = Parts & { sampler: Sampler; processes: ProcessFeed; images: ImageStore; hostInfo: HostInfo };

/** Each procedure of the agent's API and the verb or reading behind it. */
export function createHandlers(parts: Serving): AgentHandlers {
  const { table, store, journal, sampler, processes, images, hostInfo } = parts;
  const from = ({ tail, cursor }: { tail: number; cursor?: string | undefined }) =>
    cursor === undefined ? { tail } : { cursor };
  return {
    'host.info': () => hostInfo,
    'host.watch': (_, signal) => sampler.watchHost(signal),
    'images.list': () => images.list(),
    'containers.list': () => table.all().map((container) => container.summary()),
    'containers.watch': (_, signal) => fitContainers(table.watch(signal)),
    'containers.get': ({ id }) => table.get(id).detail(),
    'containers.create': (request) => createContainer(parts, request),
    'containers.start': (request) => startContainer(parts, request),
    'containers.stop': (request) => stopContainer(parts, request),
    'containers.kill': (request) => killContainer(parts, request),
    'containers.delete': (request) => deleteContainer(parts, request),
    'containers.autopsy': ({ id }) => readAutopsy(parts, id),
    'containers.launchTrace': ({ id }) => readLaunchTrace(parts, id),
    'containers.isolation': ({ id }) => readIsolation(parts, table.get(id)),
    'containers.sources': ({ id }) => readSources(parts, id),
    'containers.logs': ({ id, ...page }) => readLog(store.directoryOf(table.get(id).id), from(page)),
    'containers.followLogs': ({ id, ...page }, signal) => {
      const container = table.get(id);
      const ended = () => container.record.status === 'stopped';
      return followLog({ directory: store.directoryOf(id), from: from(page), ended, signal });
    },
    'containers.samples': ({ id }, signal) => sampler.watchContainer(table.get(id), signal),
    'containers.usage': (_, signal) => sampler.watchUsage(signal),
    'processes.watch': ({ containerId }, signal) => {
      if (containerId !== undefined) table.get(containerId);
      return fitProcesses(processes.watch(containerId, signal));
    },
    'events.follow': ({ afterSeq }, signal) => journal.follow(afterSeq, signal),
  };
}

async function readAutopsy({ table, store }: Parts, id: ContainerId): Promise<Autopsy> {
  const { record } = table.get(id);
  const text = await store.readPart(id, 'autopsy.json');
  if (text !== undefined) return Autopsy.parse(JSON.parse(text));
  throw new DomainError('precondition-failed', {
    message: `Container "${record.name}" has no autopsy: it is ${record.status}.`,
    mend: 'An autopsy is made when a container ends.',
  });
}

async function readLaunchTrace({ table, store, runtime }: Parts, id: ContainerId): Promise<LaunchTrace> {
  const { record } = table.get(id);
  const live = await runtime.readTrace(id);
  if (live !== undefined) return live;
  const text = await store.readPart(id, 'launch.json');
  if (text !== undefined) return parseKept(text);
  throw new DomainError('not-found', {
    message: `The launch trace of container "${record.name}" is gone.`,
    mend: 'It is kept when a container ends; the host was restarted before that.',
  });
}

function parseKept(text: string): LaunchTrace {
  const trace = LaunchTrace.safeParse(JSON.parse(text));
  if (trace.success) return trace.data;
  throw new DomainError('unsupported', {
    message: 'The launch trace was written by another version of Vitrine.',
    mend: 'Containers that this version starts have traces that it can read.',
    cause: trace.error,
  });
}

function readSources({ table, cgroups }: Parts, id: ContainerId): ReturnType<Parts['cgroups']['sources']> {
  const { record } = table.get(id);
  if (record.status !== 'stopped') return cgroups.sources(id);
  throw new DomainError('precondition-failed', {
    message: `Container "${record.name}" has no counters any more: it is stopped.`,
    mend: 'The autopsy quotes what they showed at the end.',
  });
}
