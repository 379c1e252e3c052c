'use client';
import type { FleetContainersUpdate, FleetUpdate, FleetUsageUpdate, Host } from '@vitrine/protocol';
import { createContext, useContext, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useConnectionStatusSink, useHub } from '../../trpc/client.tsx';
import { useStream, type StreamState } from '../../trpc/use-stream.ts';
import {
  containerKey,
  LiveStore,
  NOTHING,
  type ContainerEntry,
  type HostEntry,
  type Live,
  type UsageEntry,
} from './live-store.ts';

/** A hidden tab gets no frames, but must not fall behind without end. */
const nextFrame = (flush: () => void): void => {
  if (document.visibilityState === 'visible') requestAnimationFrame(flush);
  else setTimeout(flush, 100);
};

type LiveContextValue = { store: LiveStore; stream: StreamState };

const LiveContext = createContext<LiveContextValue | null>(null);

/** Opens the streams that the whole dashboard stands on: hosts, containers, usage. One of each, whatever is shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const hub = useHub();
  const status = useConnectionStatusSink();
  const [store] = useState(() => new LiveStore(nextFrame));
  const stream = useStream<FleetUpdate>(
    'fleet',
    (sink) => hub.fleet.watch.subscribe(undefined, sink),
    (update) => {
      store.tellFleet(update);
      if (update.type === 'snapshot') status.caughtUp();
    },
  );
  useStream<FleetContainersUpdate>(
    'containers',
    (sink) => hub.containers.watch.subscribe({}, sink),
    (update) => store.tellContainers(update),
  );
  useStream<FleetUsageUpdate>(
    'usage',
    (sink) => hub.containers.usage.subscribe({}, sink),
    (update) => store.tellUsage(update),
  );
  return <LiveContext value={{ store, stream }}>{children}</LiveContext>;
}

function useLiveContext(): LiveContextValue {
  const value = useContext(LiveContext);
  if (value === null) throw new Error('LiveProvider is missing above this component.');
  return value;
}

/** A part of what is known; renders again when that part is another object. Select, do not build. */
function useLive<T>(select: (live: Live) => T): T {
  const { store } = useLiveContext();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.read()),
    () => select(NOTHING),
  );
}

export const useFleetStream = (): StreamState => useLiveContext().stream;

/** All hosts by name; empty until `useFleetTold`. */
export const useHosts = (): readonly HostEntry[] => useLive((live) => live.hosts);

/** Whether the hub has said yet which hosts there are. */
export const useFleetTold = (): boolean => useLive((live) => live.hostsTold);

export const useHost = (hostId: string): Host | undefined => useLive((live) => live.hostById.get(hostId)?.host);

/** A host with its last 15 minutes. */
export const useHostEntry = (hostId: string): HostEntry | undefined => useLive((live) => live.hostById.get(hostId));

/** The whole fleet's containers, in no order. */
export const useContainers = (): readonly ContainerEntry[] => useLive((live) => live.containers);

/** Whether every host has said yet which containers it has. */
export const useContainersTold = (): boolean => useLive((live) => live.containersTold);

export const useContainer = (hostId: string, containerId: string): ContainerEntry | undefined =>
  useLive((live) => live.containerById.get(containerKey(hostId, containerId)));

/** What a running container uses now; undefined when it does not run or nobody has said. */
export const useUsage = (hostId: string, containerId: string): UsageEntry | undefined =>
  useLive((live) => live.usageById.get(containerKey(hostId, containerId)));

/** All usage at once, to sort a table by it. */
export const useAllUsage = (): Live['usageById'] => useLive((live) => live.usageById);

/** When what is known of a host was last true; null while it is heard. */
export const staleSince = (host: Host): number | null =>
  host.connection === 'online' ? null : (host.lastSeenAtMs ?? host.enrolledAtMs);

export { containerKey, type ContainerEntry, type HostEntry, type UsageEntry };
