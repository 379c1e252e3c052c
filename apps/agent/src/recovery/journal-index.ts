import type { HostEvent } from '@vitrine/protocol';
import type { Journal } from '../journal/journal.ts';

type StartedEvent = Extract<HostEvent, { type: 'container.started' }>;

/** Which events of which containers the journal holds. */
export class JournalIndex {
  readonly #types = new Map<string, Set<HostEvent['type']>>();
  readonly #starts = new Map<string, StartedEvent>();
  readonly #oomKills = new Map<string, number>();
  readonly #firstSeq: number;

  private constructor(firstSeq: number) {
    this.#firstSeq = firstSeq;
  }

  static async read(journal: Journal): Promise<JournalIndex> {
    const index = new JournalIndex(journal.firstSeq);
    for await (const event of journal.readAll()) {
      if (!('containerId' in event)) continue;
      const types = index.#types.get(event.containerId) ?? new Set();
      index.#types.set(event.containerId, types.add(event.type));
      if (event.type === 'container.started') index.#starts.set(event.containerId, event);
      if (event.type === 'container.oom-kill') {
        index.#oomKills.set(event.containerId, index.oomKillsTold(event.containerId) + event.count);
      }
    }
    return index;
  }

  has(containerId: string, type: HostEvent['type']): boolean {
    return this.#types.get(containerId)?.has(type) ?? false;
  }

  findStart(containerId: string): StartedEvent | undefined {
    return this.#starts.get(containerId);
  }

  oomKillsTold(containerId: string): number {
    return this.#oomKills.get(containerId) ?? 0;
  }

  /**
   * Whether an event that belongs after `afterSeq` is surely not there. Where the journal has dropped its beginning since, it
   * was there: every start makes good what the one before left, long before that much is written.
   */
  lacks(containerId: string, type: HostEvent['type'], afterSeq: number): boolean {
    return this.#firstSeq <= afterSeq + 1 && !this.has(containerId, type);
  }
}
