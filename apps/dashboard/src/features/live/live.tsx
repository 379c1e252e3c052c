'use client';
import { useQueryClient } from '@tanstack/react-query';
import type { FleetContainersUpdate, FleetUpdate, FleetUsageUpdate, Host } from '@vitrine/protocol';
import { ErrorState } from '@vitrine/ui';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useConnectionStatusSink, useHub, useTRPC } from '../../trpc/client.tsx';
import { useStream } from '../../trpc/use-stream.ts';
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

const LiveContext = createContext<LiveStore | null>(null);

/** Opens the streams that the whole dashboard stands on: hosts, containers, usage. One of each, whatever is shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const hub = useHub();
  const trpc = useTRPC();
  const queries = useQueryClient();
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
  const signedOut = stream.problem?.code === 'unauthenticated';
  useEffect(() => {
    // The session ended meanwhile: the gate above asks who this is, and leads to the sign-in.
    if (signedOut) void queries.invalidateQueries(trpc.session.me.queryFilter());
  }, [signedOut, queries, trpc]);
  if (stream.status === 'failed') {
    const { message, mend } = stream.problem ?? { message: 'The hub ended the stream.', mend: null };
    return <ErrorState title="The fleet cannot be watched" why={message} mend={mend} onRetry={stream.retry} />;
  }
  return <LiveContext value={store}>{children}</LiveContext>;
}

function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === null) throw new Error('LiveProvider is missing above this component.');
  return store;
}

/** A part of what is known; renders again when that part is another object. Select, do not build. */
function useLive<T>(select: (live: Live) => T): T {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.read()),
    () => select(NOTHING),
  );
}

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

/** All usage at once, to sort a table by it. */
export const useAllUsage = (): Live['usageById'] => useLive((live) => live.usageById);

/** When what is known of a host was last true; null while it is heard. */
export const staleSince = (host: Host): number | null =>
  host.connection === 'online' ? null : (host.lastSeenAtMs ?? host.enrolledAtMs);

export { containerKey, type ContainerEntry, type HostEntry, type UsageEntry };
