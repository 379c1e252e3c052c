import type { HostId } from '@vitrine/protocol';
import type { Hub } from '../ask.ts';
import { ingestEvents } from '../events/ingest-events.ts';
import type { HostLink } from '../host-link.ts';

/**
 * Listens to a host while it is connected: its heartbeat, its containers and its journal, each from where the hub left
 * off. Ends, by throwing, when the connection does or when the host does not keep to its contract.
 */
export async function attendHost(hub: Hub, hostId: HostId, link: HostLink, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const beats = async (): Promise<void> => {
    for await (const sample of link.watch('host.watch', {}, either)) hub.fleet.sampled(hostId, sample);
  };
  const rows = async (): Promise<void> => {
    for await (const update of link.watch('containers.watch', {}, either)) hub.fleet.containersUpdated(hostId, update);
  };
  const journal = async (): Promise<void> => {
    const afterSeq = await hub.stores.events.lastSeq(hostId);
    for await (const update of link.watch('events.follow', { afterSeq }, either)) {
      await ingestEvents(hub, hostId, update);
    }
  };
  const whole = async (name: string, listening: Promise<void>): Promise<void> => {
    await listening;
    if (!either.aborted) throw new Error(`Host ${link.hostName} ended its stream ${name}.`);
  };
  try {
    await Promise.all([
      whole('host.watch', beats()),
      whole('containers.watch', rows()),
      whole('events.follow', journal()),
    ]);
  } finally {
    stop.abort();
  }
}
