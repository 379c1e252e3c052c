/**
 * Host user ids for containers: each gets 65536 of its own, so that containers are strangers to each other, too.
 *
 * Ranges start above everything that /etc/subuid and system users take by custom (0x20000000 = 536870912), and end below
 * 2^31, past which some programs read ids as negative.
 */
import { DomainError } from '@vitrine/protocol';

export const ID_RANGE_SIZE = 65_536;
const FIRST_RANGE_START = 0x2000_0000;
const RANGE_COUNT = (0x7000_0000 - FIRST_RANGE_START) / ID_RANGE_SIZE;

/** Whether `id` is the first one of a range of ours. */
export const isRangeStart = (id: number): boolean =>
  id >= FIRST_RANGE_START &&
  id < FIRST_RANGE_START + RANGE_COUNT * ID_RANGE_SIZE &&
  (id - FIRST_RANGE_START) % ID_RANGE_SIZE === 0;

/** Which container holds which range. */
export class IdRanges {
  readonly #startByContainer = new Map<string, number>();
  readonly #taken = new Set<number>();

  /** For a range that is in use already, as found on disk. */
  hold(containerId: string, start: number): void {
    this.#startByContainer.set(containerId, start);
    this.#taken.add(start);
  }

  /** The lowest free one; again for the same container: the same one. */
  take(containerId: string): number {
    const held = this.#startByContainer.get(containerId);
    if (held !== undefined) return held;
    for (let index = 0; index < RANGE_COUNT; index += 1) {
      const start = FIRST_RANGE_START + index * ID_RANGE_SIZE;
      if (this.#taken.has(start)) continue;
      this.hold(containerId, start);
      return start;
    }
    throw new DomainError('precondition-failed', {
      message: `All ${RANGE_COUNT} ranges of user ids are in use on this host.`,
      mend: 'Delete containers whose writable layer is kept.',
      field: 'userNamespace',
    });
  }

  release(containerId: string): void {
    const start = this.#startByContainer.get(containerId);
    if (start === undefined) return;
    this.#startByContainer.delete(containerId);
    this.#taken.delete(start);
  }
}
