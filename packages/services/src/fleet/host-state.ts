/** What the hub knows of one host now: by the last words heard, and by the clock when there are none. */
import {
  type ContainerId,
  type ContainersUpdate,
  type ContainerSummary,
  type Host,
  type HostConnection,
  type HostInfo,
  type HostSample,
  OFFLINE_AFTER_MS,
  STALE_AFTER_MS,
} from '@vitrine/protocol';
import type { HostRecord } from '@vitrine/db/stores';
import type { HostLink } from '../host-link.ts';

/** 15 minutes at one sample a second. */
const HISTORY_MS = 15 * 60 * 1000;

export class HostState {
  name: string;
  info: HostInfo | null;
  lastSeenAtMs: number | null;
  revokedAtMs: number | null;
  link: HostLink | undefined;
  history: HostSample[] = [];
  readonly containers = new Map<ContainerId, ContainerSummary>();
  /** When the container rows were last known to be true, by the hub's clock. */
  containersSeenAtMs = 0;
  /** The connection that watchers were last told of. */
  told: HostConnection;
  readonly #record: HostRecord;
  #clockSkewMs: number | null = null;
  #heardSinceStart = false;

  constructor(record: HostRecord) {
    this.#record = record;
    this.name = record.name;
    this.info = record.info;
    this.lastSeenAtMs = record.lastSeenAtMs;
    this.revokedAtMs = record.revokedAtMs;
    this.told = this.connection(0);
  }

  heard(nowMs: number): void {
    this.lastSeenAtMs = nowMs;
    this.#heardSinceStart = true;
    if (this.link !== undefined) this.containersSeenAtMs = nowMs;
  }

  addSample(sample: HostSample, nowMs: number): void {
    this.heard(nowMs);
    this.#clockSkewMs = sample.atMs - nowMs;
    const oldestMs = sample.atMs - HISTORY_MS;
    // A host whose clock was set back starts a new history: a chart that runs backwards tells nothing.
    const last = this.history.at(-1);
    if (last !== undefined && last.atMs > sample.atMs) this.history = [];
    this.history.push(sample);
    while ((this.history[0]?.atMs ?? oldestMs) < oldestMs) this.history.shift();
  }

  applyContainers(update: ContainersUpdate, nowMs: number): void {
    this.heard(nowMs);
    switch (update.type) {
      case 'snapshot':
        this.containers.clear();
        for (const container of update.containers) this.containers.set(container.id, container);
        return;
      case 'changed':
        this.containers.set(update.container.id, update.container);
        return;
      case 'removed':
        this.containers.delete(update.id);
    }
  }

  /** A closed socket is stale at once, for its data no longer moves; a silent one after `STALE_AFTER_MS`. */
  connection(nowMs: number): HostConnection {
    if (this.revokedAtMs !== null) return 'revoked';
    if (!this.#heardSinceStart || this.lastSeenAtMs === null) return 'offline';
    const silentMs = nowMs - this.lastSeenAtMs;
    if (silentMs >= OFFLINE_AFTER_MS) return 'offline';
    return this.link === undefined || silentMs >= STALE_AFTER_MS ? 'stale' : 'online';
  }

  toHost(nowMs: number): Host {
    return {
      id: this.#record.id,
      name: this.name,
      connection: this.connection(nowMs),
      enrolledAtMs: this.#record.enrolledAtMs,
      lastSeenAtMs: this.lastSeenAtMs,
      clockSkewMs: this.#clockSkewMs,
      info: this.info,
      sample: this.history.at(-1) ?? null,
    };
  }
}
