/**
 * Requests that were carried out, by the key that whoever asked had made up, so that the same request sent twice is done once.
 * A container's record carries its key; this file remembers the keys of containers that are deleted since.
 */
import { createHash } from 'node:crypto';
import { DomainError, shortId } from '@vitrine/protocol';
import { z } from 'zod';
import { findText, writeDurably } from './durable-file.ts';

const Forgotten = z.object({ key: z.string(), hash: z.string(), containerId: z.string() });
type Entry = { hash: string; containerId: string; deleted: boolean; answer: Promise<unknown> | null };

/** Deleted containers whose keys are remembered; older ones have nobody waiting for an answer any more. */
const REMEMBERED = 1000;

/** The same for the same request, whatever the order of its fields. */
export function hashRequest(request: unknown): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, sorted(inner)]),
    );
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest('hex');
}

export class RequestLedger {
  readonly #file: string;
  readonly #entries = new Map<string, Entry>();

  private constructor(file: string) {
    this.#file = file;
  }

  static async open(file: string): Promise<RequestLedger> {
    const ledger = new RequestLedger(file);
    const text = await findText(file);
    const known = text === undefined ? undefined : z.array(Forgotten).safeParse(parseJson(text)).data;
    for (const { key, hash, containerId } of known ?? []) {
      ledger.#entries.set(key, { hash, containerId, deleted: true, answer: null });
    }
    return ledger;
  }

  /** What a record that was read from disk says. */
  remember(request: { key: string; hash: string }, containerId: string): void {
    this.#entries.set(request.key, { hash: request.hash, containerId, deleted: false, answer: null });
  }

  /**
   * Does the work once per key. A second call while the first runs gets the first one's answer; a later one is answered from
   * what the first one made. Work that failed without making a container may be tried anew.
   */
  async once<T>(
    request: { key: string; hash: string },
    containerId: string,
    make: { work: () => Promise<T>; exists: (containerId: string) => boolean; answer: (containerId: string) => T },
  ): Promise<T> {
    const known = this.#entries.get(request.key);
    if (known !== undefined) return await this.#answerAgain(request, known, make);
    const entry: Entry = { hash: request.hash, containerId, deleted: false, answer: null };
    this.#entries.set(request.key, entry);
    try {
      const answer = make.work();
      entry.answer = answer;
      return await answer;
    } catch (error) {
      if (!make.exists(containerId)) this.#entries.delete(request.key);
      throw error;
    } finally {
      entry.answer = null;
    }
  }

  async #answerAgain<T>(
    request: { key: string; hash: string },
    known: Entry,
    make: { exists: (containerId: string) => boolean; answer: (containerId: string) => T },
  ): Promise<T> {
    if (known.hash !== request.hash) throw differs(request.key);
    if (known.answer !== null) return (await known.answer) as T;
    if (known.deleted || !make.exists(known.containerId)) throw gone(request.key, known.containerId);
    return make.answer(known.containerId);
  }

  /** Its container is being deleted; a request that comes late must still not make another one. */
  async forget(request: { key: string; hash: string }, containerId: string): Promise<void> {
    this.#entries.delete(request.key);
    this.#entries.set(request.key, { hash: request.hash, containerId, deleted: true, answer: null });
    const deleted = [...this.#entries].filter(([, entry]) => entry.deleted);
    for (const [key] of deleted.slice(0, -REMEMBERED)) this.#entries.delete(key);
    const kept = deleted
      .slice(-REMEMBERED)
      .map(([key, entry]) => ({ key, hash: entry.hash, containerId: entry.containerId }));
    await writeDurably(this.#file, JSON.stringify(kept));
  }
}

const differs = (key: string): DomainError =>
  new DomainError('conflict', {
    message: `The idempotency key "${key}" was used for a different request.`,
    mend: 'Make a new key for each new request; send the same request with the same key.',
    field: 'idempotencyKey',
  });

const gone = (key: string, containerId: string): DomainError =>
  new DomainError('conflict', {
    message: `The request "${key}" was carried out; the container ${shortId(containerId)} that it made is deleted.`,
    mend: 'Make a new key to create another container.',
    field: 'idempotencyKey',
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
