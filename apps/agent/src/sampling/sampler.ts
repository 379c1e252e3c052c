/**
 * Once a second: what the host, the agent and every running container use. This is the base line that is always there; it
 * reads kernel memory by kept-open files and takes no thread. Whoever listens is told; nobody listening costs no more.
 */
import { CgroupError } from '@vitrine/cgroups';
import {
  cpuCoresBetween,
  type ContainerUsage,
  type HostSample,
  type SamplesUpdate,
  type UsageUpdate,
} from '@vitrine/protocol';
import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import { LastTree } from '../processes/last-tree.ts';
import { Mailbox, Topic } from '../streams/mailbox.ts';
import { tellOomKills } from './oom-kills.ts';

const INTERVAL_MS = 1000;
/** All samples of one container that a reader has not seen; what it misses for longer than this is in no ring either. */
const SINCE_EVER = 0;

export class Sampler {
  readonly #parts: Parts;
  readonly #host = new Topic<HostSample>();
  readonly #usage = new Topic<UsageUpdate>();
  /** Told the id of each container that has a new sample. */
  readonly #sampled = new Topic<string>();
  #lastHost: HostSample;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lastHost = this.#readHost();
  }

  start(): void {
    // Whole seconds, so that the samples of all containers and hosts line up in a chart.
    const left = INTERVAL_MS - (this.#parts.now() % INTERVAL_MS);
    // A timer may fire a little early: then the second that is meant is the next one.
    const wait = left < INTERVAL_MS / 4 ? left + INTERVAL_MS : left;
    this.#timer = setTimeout(() => {
      this.#tick();
      this.start();
    }, wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const usage: ContainerUsage[] = [];
    for (const container of this.#parts.table.running()) {
      try {
        usage.push(this.#sample(container));
      } catch (error) {
        // Ordinary at an end: the cgroup goes before the agent is told.
        if (!(error instanceof CgroupError && error.kind === 'gone')) {
          this.#parts.log.warn({ error, id: container.id }, 'a container could not be sampled');
        }
      }
    }
    this.#lastHost = this.#readHost();
    this.#host.publish(this.#lastHost);
    this.#usage.publish({ atMs: this.#lastHost.atMs, containers: usage });
  }

  #sample(container: LiveContainer): ContainerUsage {
    const { samples, id } = container;
    const before = samples.last();
    const sample = this.#parts.cgroups.sample(id);
    samples.push(sample);
    const idle = before?.cpuUsageUsec === sample.cpuUsageUsec && before.pids === sample.pids;
    lookAtTree(this.#parts, container, { nowMs: sample.atMs, idle });
    tellOomKills(this.#parts, container, before?.oomKills ?? null);
    this.#sampled.publish(id);
    const { memoryBytes, memoryLimitBytes, pids } = sample;
    return {
      id,
      cpuCores: before === undefined ? null : cpuCoresBetween(before, sample),
      memoryBytes,
      memoryLimitBytes,
      pids,
    };
  }

  #readHost(): HostSample {
    const { procfs, table, journal, now } = this.#parts;
    const { user, system } = process.cpuUsage();
    const statuses = table.all().map(({ record }) => record.status);
    const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
    return {
      ...procfs.hostUsage(),
      atMs: now(),
      containers: { running: count('running'), created: count('creating', 'created'), stopped: count('stopped') },
      agent: { cpuUsec: user + system, rssBytes: process.memoryUsage.rss() },
      lastEventSeq: journal.lastSeq,
    };
  }

  /** The newest at once, then one a second: also the host's heartbeat. A slow reader gets the newest. */
  async *watchHost(signal: AbortSignal): AsyncGenerator<HostSample, void, undefined> {
    const mailbox = new Mailbox<'host', HostSample>();
    using _ = this.#host.listen((sample) => {
      mailbox.put('host', sample);
    });
    yield this.#lastHost;
    yield* mailbox.take(signal);
  }

  async *watchUsage(signal: AbortSignal): AsyncGenerator<UsageUpdate, void, undefined> {
    const mailbox = new Mailbox<'usage', UsageUpdate>();
    using _ = this.#usage.listen((usage) => {
      mailbox.put('usage', usage);
    });
    yield this.#usageNow();
    yield* mailbox.take(signal);
  }

  #usageNow(): UsageUpdate {
    const containers = this.#parts.table.running().flatMap(({ id, samples }) => {
      const [before, sample] = samples.since(this.#parts.now() - 3 * INTERVAL_MS).slice(-2);
      if (before === undefined || sample === undefined) return [];
      const { memoryBytes, memoryLimitBytes, pids } = sample;
      return [{ id, cpuCores: cpuCoresBetween(before, sample), memoryBytes, memoryLimitBytes, pids }];
    });
    return { atMs: this.#parts.now(), containers };
  }

  /** All that is remembered, then one by one. A slow reader reads on in the ring, so it loses nothing for 15 minutes. */
  async *watchContainer(container: LiveContainer, signal: AbortSignal): AsyncGenerator<SamplesUpdate, void, undefined> {
    const mailbox = new Mailbox<string, string>();
    using _ = this.#sampled.listen((id) => {
      if (id === container.id) mailbox.put(id, id);
    });
    const remembered = container.samples.since(SINCE_EVER);
    let lastMs = remembered.at(-1)?.atMs ?? SINCE_EVER;
    yield { samples: remembered };
    for await (const _sampled of mailbox.take(signal)) {
      const samples = container.samples.since(lastMs);
      lastMs = samples.at(-1)?.atMs ?? lastMs;
      if (samples.length > 0) yield { samples };
    }
  }
}

/**
 * One look at a container's processes; a cgroup that is going has none. `idle`: it used no CPU time since the last look, so nothing
 * in it can have started or ended.
 */
function lookAtTree(parts: Parts, container: LiveContainer, { nowMs, idle }: { nowMs: number; idle: boolean }): void {
  container.tree ??= new LastTree(nowMs);
  if (idle && container.tree.seen) {
    container.tree.atMs = nowMs;
    return;
  }
  container.tree.look(parts, container.id, parts.cgroups.processes(container.id), nowMs);
}
