/**
 * The fleet as this hub knows it, in memory. Agents' connections write it, verbs read it, browsers watch it.
 * It asks nobody anything: time comes in by `now`, and `tick` notices who has fallen silent.
 */
import type { HostRecord } from '@vitrine/db/stores';
import {
  type ContainersUpdate,
  DomainError,
  type FleetContainer,
  type FleetContainersUpdate,
  type FleetUpdate,
  type Host,
  type HostId,
  type HostInfo,
  type HostSample,
} from '@vitrine/protocol';
import type { HostLink } from '../host-link.ts';
import { HostState } from './host-state.ts';
import { createInbox, type Inbox } from './inbox.ts';

export class Fleet {
  readonly #now: () => number;
  readonly #hosts = new Map<HostId, HostState>();
  readonly #watchers = new Set<Inbox<FleetUpdate>>();
  readonly #containerWatchers = new Map<Inbox<FleetContainersUpdate>, HostId | undefined>();
  readonly #linkWaiters = new Set<() => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  add(record: HostRecord): void {
    this.#hosts.set(record.id, new HostState(record));
    this.#tellHost(record.id);
  }

  rename(id: HostId, name: string): void {
    this.#state(id).name = name;
    this.#tellHost(id);
  }

  revoke(id: HostId, atMs: number): void {
    const state = this.#state(id);
    state.revokedAtMs = atMs;
    state.link?.close('its host was revoked');
    this.#tellHost(id);
  }

  remove(id: HostId): void {
    this.#state(id).link?.close('its host was removed');
    this.#hosts.delete(id);
    for (const wake of this.#linkWaiters) wake();
    for (const inbox of this.#watchers) inbox.put(id, { type: 'host-removed', hostId: id });
    for (const [inbox, only] of this.#containerWatchers) {
      if (only === undefined || only === id) {
        inbox.put(id, { hostId: id, hostName: '', update: { type: 'snapshot', containers: [] } });
      }
    }
  }

  connected(id: HostId, link: HostLink, info: HostInfo): void {
    const state = this.#state(id);
    state.link = link;
    state.info = info;
    state.heard(this.#now());
    this.#tellHost(id);
    for (const wake of this.#linkWaiters) wake();
  }

  /** Ignored when a newer connection has taken over. */
  disconnected(id: HostId, link: HostLink): void {
    const state = this.#hosts.get(id);
    if (state?.link !== link) return;
    state.link = undefined;
    this.#tellHost(id);
  }

  sampled(id: HostId, sample: HostSample): void {
    this.#state(id).addSample(sample, this.#now());
    this.#tellHost(id);
  }

  containersUpdated(id: HostId, update: ContainersUpdate): void {
    const state = this.#state(id);
    state.applyContainers(update, this.#now());
    const key = update.type === 'changed' ? update.container.id : update.type === 'removed' ? update.id : '';
    for (const [inbox, only] of this.#containerWatchers) {
      if (only === undefined || only === id) inbox.put(id + key, { hostId: id, hostName: state.name, update });
    }
  }

  /** Tells watchers of hosts whose connection the passing of time has changed. */
  tick(): void {
    for (const [id, state] of this.#hosts) if (state.connection(this.#now()) !== state.told) this.#tellHost(id);
  }

  hosts(): Host[] {
    return [...this.#hosts.values()]
      .map((state) => state.toHost(this.#now()))
      .toSorted((one, other) => one.name.localeCompare(other.name));
  }

  host(id: HostId): Host {
    return this.#state(id).toHost(this.#now());
  }

  /** DomainError 'host-offline' when there is no connection. */
  link(id: HostId): HostLink {
    const state = this.#state(id);
    if (state.revokedAtMs !== null) {
      throw new DomainError('host-offline', {
        message: `Host ${state.name} was revoked.`,
        mend: 'On that host run "vitrine join" with a new join token.',
      });
    }
    if (state.link !== undefined) return state.link;
    throw new DomainError('host-offline', {
      message: `Host ${state.name} is not connected.`,
      mend: 'Look whether that host is up and its agent runs: systemctl status vitrine-agent.',
    });
  }

  /** Waits for the host to connect; undefined when the signal was aborted before. */
  async linkWhenConnected(id: HostId, signal: AbortSignal): Promise<HostLink | undefined> {
    while (!signal.aborted) {
      const { link, revokedAtMs } = this.#state(id);
      if (link !== undefined && revokedAtMs === null) return link;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#linkWaiters.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      this.#linkWaiters.delete(resolve);
    }
    return undefined;
  }

  containers(only?: HostId): FleetContainer[] {
    const states = only === undefined ? [...this.#hosts] : ([[only, this.#state(only)]] as const);
    return states.flatMap(([hostId, state]) =>
      [...state.containers.values()].map((container) => ({
        hostId,
        hostName: state.name,
        seenAtMs: state.containersSeenAtMs,
        container,
      })),
    );
  }

  async *watch(signal: AbortSignal): AsyncGenerator<FleetUpdate> {
    const inbox = createInbox<FleetUpdate>();
    this.#watchers.add(inbox);
    try {
      const hosts = [...this.#hosts.values()].map((state) => ({
        host: state.toHost(this.#now()),
        history: [...state.history],
      }));
      yield { type: 'snapshot', hosts };
      yield* inbox.take(signal);
    } finally {
      this.#watchers.delete(inbox);
    }
  }

  /** A snapshot of each host, then its changes; a host that comes back says all its containers again. */
  async *watchContainers(only: HostId | undefined, signal: AbortSignal): AsyncGenerator<FleetContainersUpdate> {
    const inbox = createInbox<FleetContainersUpdate>();
    this.#containerWatchers.set(inbox, only);
    try {
      const states = only === undefined ? [...this.#hosts] : ([[only, this.#state(only)]] as const);
      const snapshots = states.map(([hostId, state]): FleetContainersUpdate => ({
        hostId,
        hostName: state.name,
        update: { type: 'snapshot', containers: [...state.containers.values()] },
      }));
      yield* snapshots;
      yield* inbox.take(signal);
    } finally {
      this.#containerWatchers.delete(inbox);
    }
  }

  #state(id: HostId): HostState {
    const state = this.#hosts.get(id);
    if (state !== undefined) return state;
    throw new DomainError('not-found', {
      message: `There is no host ${id}.`,
      mend: 'List the hosts and take an id from there.',
      field: 'hostId',
    });
  }

  #tellHost(id: HostId): void {
    const state = this.#hosts.get(id);
    if (state === undefined) return;
    const host = state.toHost(this.#now());
    state.told = host.connection;
    for (const inbox of this.#watchers) inbox.put(id, { type: 'host', host });
  }
}
