import {
  AutopsyReport,
  type ContainerSpecInput,
  type ContainerStatus,
  type ContainerSummary,
  EventsPage,
  FleetContainer,
  FleetContainerDetail,
  type FleetEvent,
} from '@vitrine/protocol';
import { z } from 'zod';
import type { Rest } from './rest.ts';
import { until } from './until.ts';

/** The containers of one host, by REST. */
export interface Containers {
  readonly run: (spec: ContainerSpecInput) => Promise<FleetContainerDetail['container']>;
  readonly list: () => Promise<ContainerSummary[]>;
  readonly get: (id: string) => Promise<FleetContainerDetail['container']>;
  readonly becomes: (id: string, status: ContainerStatus) => Promise<FleetContainerDetail['container']>;
  readonly autopsy: (id: string) => Promise<AutopsyReport>;
  readonly forget: (id: string) => Promise<void>;
  /** All events of the host that the hub knows, oldest first. */
  readonly events: () => Promise<FleetEvent[]>;
}

export function containersOf(rest: Rest, hostId: string): Containers {
  const at = `/api/v1/hosts/${hostId}/containers`;
  const get = async (id: string) => (await rest.get(`${at}/${id}`, FleetContainerDetail)).container;
  return {
    run: async (spec) => (await rest.post(at, { spec, start: true }, FleetContainerDetail)).container,
    list: async () =>
      (await rest.get(`/api/v1/containers?hostId=${hostId}`, z.array(FleetContainer))).map(
        ({ container }) => container,
      ),
    get,
    becomes: (id, status) =>
      until(`container ${id} to be ${status}`, async () => {
        const container = await get(id);
        return container.status === status && container;
      }),
    autopsy: (id) => rest.get(`${at}/${id}/autopsy`, AutopsyReport),
    forget: (id) => rest.delete(`${at}/${id}?force=true`),
    events: async () => {
      const events: FleetEvent[] = [];
      for (;;) {
        const after = events.at(-1)?.cursor ?? 0;
        const page = await rest.get(`/api/v1/events?hostId=${hostId}&after=${after}&limit=500`, EventsPage);
        if (page.events.length === 0) return events;
        events.push(...page.events);
      }
    },
  };
}
