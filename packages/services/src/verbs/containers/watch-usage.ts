import type { FleetUsageUpdate, HostId, WatchContainers } from '@vitrine/protocol';
import type { SignedAsk } from '../../ask.ts';
import { createInbox } from '../../fleet/inbox.ts';
import { watchThrough } from '../../fleet/watch-through.ts';
import { watches } from '../../law.ts';

/** Many hosts into one stream; of a host that speaks faster than the browser reads, the newest is kept. */
async function* follow(
  { hub }: SignedAsk,
  query: WatchContainers,
  signal: AbortSignal,
): AsyncGenerator<FleetUsageUpdate> {
  const inbox = createInbox<FleetUsageUpdate>();
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const pumping = new Map<HostId, Promise<void>>();
  const pump = async (hostId: HostId): Promise<void> => {
    for await (const update of watchThrough(hub.fleet, hostId, 'containers.usage', () => ({}), either)) {
      inbox.put(hostId, { hostId, update });
    }
  };
  // One host that fails takes nothing from the others: its rows grow old, and say so.
  const begin = (hostId: HostId): void => {
    if (!pumping.has(hostId))
      pumping.set(
        hostId,
        pump(hostId).catch(() => undefined),
      );
  };
  const beginAll = async (): Promise<void> => {
    for await (const update of hub.fleet.watch(either)) {
      if (update.type === 'snapshot') for (const { host } of update.hosts) begin(host.id);
      if (update.type === 'host') begin(update.host.id);
    }
  };
  const beginning = query.hostId === undefined ? beginAll() : Promise.resolve(begin(hub.fleet.host(query.hostId).id));
  try {
    yield* inbox.take(either);
  } finally {
    stop.abort();
    await Promise.all([beginning, ...pumping.values()]);
  }
}

export const watchUsage = watches<WatchContainers, FleetUsageUpdate>({ needs: 'viewer' }, follow);
