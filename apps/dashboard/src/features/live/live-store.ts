/**
 * What the hub has told this page so far: hosts, containers, what they use. Streams write it, components read it.
 *
 * Writes gather until the next frame, so that two hundred heartbeats in one second cost one render and not two hundred.
 * What is read is never changed in place: an entry that did not change is the same object as before.
 */
import type {
  ContainerSummary,
  ContainerUsage,
  FleetContainersUpdate,
  FleetUpdate,
  FleetUsageUpdate,
  Host,
  HostSample,
} from '@vitrine/protocol';

/** As long as the hub remembers: 15 minutes of seconds. */
const HISTORY_LENGTH = 900;
/** What a sparkline of a table shows. */
const RECENT_LENGTH = 60;

export type HostEntry = { host: Host; /** Oldest first, the newest sample included. */ history: readonly HostSample[] };
export type ContainerEntry = { hostId: string; hostName: string; container: ContainerSummary };
export type UsageEntry = ContainerUsage & { atMs: number; recentCpu: readonly (number | null)[] };

export type Live = {
  /** By name. */
  hosts: readonly HostEntry[];
  hostById: ReadonlyMap<string, HostEntry>;
  hostsTold: boolean;
  containers: readonly ContainerEntry[];
  containerById: ReadonlyMap<string, ContainerEntry>;
  /** True once every host's containers were told. */
  containersTold: boolean;
  usageById: ReadonlyMap<string, UsageEntry>;
};

export const NOTHING: Live = {
  hosts: [],
  hostById: new Map(),
  hostsTold: false,
  containers: [],
  containerById: new Map(),
  containersTold: false,
  usageById: new Map(),
};

/** A container's id is unique on its host only. */
export const containerKey = (hostId: string, containerId: string): string => `${hostId}/${containerId}`;

export class LiveStore {
  #live = NOTHING;
  #hosts = new Map<string, HostEntry>();
  #hostsTold = false;
  readonly #containers = new Map<string, Map<string, ContainerEntry>>();
  readonly #usage = new Map<string, UsageEntry>();
  #containersChanged = false;
  readonly #listeners = new Set<() => void>();
  readonly #schedule: (flush: () => void) => void;
  #scheduled = false;

  constructor(schedule: (flush: () => void) => void) {
    this.#schedule = schedule;
  }

  readonly read = (): Live => this.#live;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tellFleet(update: FleetUpdate): void {
    switch (update.type) {
      case 'snapshot':
        this.#hosts = new Map(update.hosts.map((entry) => [entry.host.id, entry]));
        this.#hostsTold = true;
        for (const id of this.#containers.keys()) if (!this.#hosts.has(id)) this.#containers.delete(id);
        break;
      case 'host':
        this.#hosts.set(update.host.id, { host: update.host, history: this.#extend(update.host) });
        break;
      case 'host-removed':
        this.#hosts.delete(update.hostId);
        this.#containers.delete(update.hostId);
        break;
    }
    this.#containersChanged = true;
    this.#touch();
  }

  tellContainers({ hostId, hostName, update }: FleetContainersUpdate): void {
    const known = this.#containers.get(hostId) ?? new Map<string, ContainerEntry>();
    this.#containers.set(hostId, known);
    switch (update.type) {
      case 'snapshot':
        known.clear();
        for (const container of update.containers) known.set(container.id, { hostId, hostName, container });
        break;
      case 'changed':
        known.set(update.container.id, { hostId, hostName, container: update.container });
        if (update.container.status === 'stopped') this.#usage.delete(containerKey(hostId, update.container.id));
        break;
      case 'removed':
        known.delete(update.id);
        this.#usage.delete(containerKey(hostId, update.id));
        break;
    }
    this.#containersChanged = true;
    this.#touch();
  }

  tellUsage({ hostId, update }: FleetUsageUpdate): void {
    for (const usage of update.containers) {
      const key = containerKey(hostId, usage.id);
      const recent = this.#usage.get(key)?.recentCpu ?? [];
      const recentCpu = [...recent.slice(1 - RECENT_LENGTH), usage.cpuCores];
      this.#usage.set(key, { ...usage, atMs: update.atMs, recentCpu });
    }
    this.#touch();
  }

  #extend({ id, sample }: Host): readonly HostSample[] {
    const history = this.#hosts.get(id)?.history ?? [];
    if (sample === null || sample.atMs <= (history.at(-1)?.atMs ?? 0)) return history;
    return [...history.slice(1 - HISTORY_LENGTH), sample];
  }

  #touch(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#publish();
    });
  }

  #publish(): void {
    const hosts = [...this.#hosts.values()].toSorted((a, b) => a.host.name.localeCompare(b.host.name));
    this.#live = {
      ...this.#live,
      hosts,
      hostById: new Map(this.#hosts),
      hostsTold: this.#hostsTold,
      usageById: new Map(this.#usage),
    };
    if (this.#containersChanged) {
      this.#containersChanged = false;
      const containers = [...this.#containers.values()].flatMap((ofHost) => [...ofHost.values()]);
      this.#live = {
        ...this.#live,
        containers: sameEntries(containers, this.#live.containers) ? this.#live.containers : containers,
        containerById: new Map(containers.map((entry) => [containerKey(entry.hostId, entry.container.id), entry])),
        containersTold: this.#hostsTold && hosts.every(({ host }) => this.#containers.has(host.id)),
      };
    }
    for (const listener of this.#listeners) listener();
  }
}

const sameEntries = (a: readonly ContainerEntry[], b: readonly ContainerEntry[]): boolean =>
  a.length === b.length && a.every((entry, index) => entry === b[index]);
