import { type AgentInput, type AgentOutput, type AgentStream, DomainError, type HostId } from '@vitrine/protocol';
import type { Fleet } from './fleet.ts';

/**
 * A stream of one host, handed through. It outlives the connection: while the host is away it is silent, and when the
 * host comes back it begins anew with a snapshot. `input` is asked for each time, so it can name where to go on.
 */
export async function* watchThrough<P extends AgentStream>(
  fleet: Fleet,
  hostId: HostId,
  procedure: P,
  input: () => AgentInput<P>,
  signal: AbortSignal,
): AsyncGenerator<AgentOutput<P>> {
  while (!signal.aborted) {
    const link = await fleet.linkWhenConnected(hostId, signal);
    if (link === undefined) return;
    try {
      yield* link.watch(procedure, input(), signal);
      // The host ended it: there will be no more.
      return;
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'host-offline') throw error;
      fleet.disconnected(hostId, link);
    }
  }
}
