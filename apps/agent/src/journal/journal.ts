/**
 * The host's own list of what happened: append-only, fsynced before anybody is told, numbered without gaps.
 *
 * Shape    directory of segments named by their first number; one JSON event a line, ended by a newline.
 * Crash    a last line that a power cut tore is cut off at the next start; its number is given again, as nobody saw it.
 * Full     a batch that cannot be written is taken back whole and its callers are told; no number is used up.
 * Bounds   whole segments are dropped, oldest first; `firstSeq` tells readers what they can no longer have.
 * Latency  appends that arrive while one fsync runs share the next one.
 */
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { mkdirSync, writeSync } from 'node:fs';
import type { EventsUpdate, HostEvent } from '@vitrine/protocol';
import { syncDirectory } from '../records/durable-file.ts';
import { listSegments, readSegment, segmentPath, type Segment } from './segment.ts';

/** An event before it has its number. */
export type NewHostEvent = HostEvent extends infer E ? (E extends HostEvent ? Omit<E, 'seq'> : never) : never;

type Waiting = { events: NewHostEvent[]; resolve: (events: HostEvent[]) => void; reject: (reason: unknown) => void };

export type JournalOptions = { directory: string; segmentBytes?: number; segments?: number };

/** Events kept in memory so that live readers need no file. */
const TAIL_EVENTS = 1024;
/** Events handed to a reader at once. */
const BATCH_EVENTS = 256;

export class Journal {
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #maxSegments: number;
  #segments: Segment[];
  #file: FileHandle;
  #fileBytes: number;
  #lastSeq: number;
  #tail: HostEvent[];
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  readonly #followers = new Set<() => void>();
  #closed = false;

  private constructor(
    options: JournalOptions,
    state: { segments: Segment[]; file: FileHandle; bytes: number; lastSeq: number; tail: HostEvent[] },
  ) {
    this.#directory = options.directory;
    this.#segmentBytes = options.segmentBytes ?? 4 * 1024 * 1024;
    this.#maxSegments = options.segments ?? 8;
    this.#segments = state.segments;
    this.#file = state.file;
    this.#fileBytes = state.bytes;
    this.#lastSeq = state.lastSeq;
    this.#tail = state.tail;
  }

  static async open(options: JournalOptions): Promise<Journal> {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const segments = await listSegments(options.directory);
    const last = segments.at(-1) ?? { firstSeq: 1, path: segmentPath(options.directory, 1) };
    if (segments.length === 0) segments.push(last);
    const file = await open(last.path, 'a+', 0o600);
    const { events, goodBytes } = await readSegment(last);
    await file.truncate(goodBytes);
    await file.sync();
    await syncDirectory(options.directory);
    const lastSeq = events.at(-1)?.seq ?? last.firstSeq - 1;
    return new Journal(options, { segments, file, bytes: goodBytes, lastSeq, tail: events.slice(-TAIL_EVENTS) });
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The oldest number that can still be read; one past the last when there is nothing. */
  get firstSeq(): number {
    return this.#segments[0]?.firstSeq ?? this.#lastSeq + 1;
  }

  /** Answers when all of them are on disk, in this order and next to each other. */
  append(...events: NewHostEvent[]): Promise<HostEvent[]> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'));
    const { promise, resolve, reject } = Promise.withResolvers<HostEvent[]>();
    this.#waiting.push({ events, resolve, reject });
    this.#writing ??= this.#writeWaiting();
    return promise;
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeBatch(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    let seq = this.#lastSeq;
    const numbered = batch.map(({ events }) => events.map((event): HostEvent => ({ ...event, seq: ++seq })));
    const text = numbered.flat().map((event) => `${JSON.stringify(event)}\n`);
    const bytes = Buffer.from(text.join(''));
    if (this.#fileBytes > 0 && this.#fileBytes + bytes.length > this.#segmentBytes) await this.#rotate();
    try {
      // To the page cache at once: a trip through the thread pool takes longer, and the sync behind it is one already.
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file.fd, bytes, written);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#fileBytes);
      throw error;
    }
    this.#fileBytes += bytes.length;
    this.#lastSeq = seq;
    this.#tail.push(...numbered.flat());
    if (this.#tail.length > TAIL_EVENTS * 2) this.#tail = this.#tail.slice(-TAIL_EVENTS);
    batch.forEach(({ resolve }, index) => resolve(numbered[index] ?? []));
    for (const wake of this.#followers) wake();
  }

  async #rotate(): Promise<void> {
    const next = { firstSeq: this.#lastSeq + 1, path: segmentPath(this.#directory, this.#lastSeq + 1) };
    const file = await open(next.path, 'a+', 0o600);
    await syncDirectory(this.#directory);
    await this.#file.close();
    this.#file = file;
    this.#fileBytes = 0;
    this.#segments.push(next);
    while (this.#segments.length > this.#maxSegments) {
      const oldest = this.#segments.shift();
      if (oldest !== undefined) await unlink(oldest.path);
    }
  }

  /** Up to one batch of events after this number, from memory or else from disk. */
  async read(afterSeq: number): Promise<HostEvent[]> {
    const from = Math.max(afterSeq + 1, this.firstSeq);
    if (from > this.#lastSeq) return [];
    const tailFrom = this.#tail[0]?.seq;
    if (tailFrom !== undefined && from >= tailFrom)
      return this.#tail.slice(from - tailFrom, from - tailFrom + BATCH_EVENTS);
    const segment = this.#segments.findLast((candidate) => candidate.firstSeq <= from);
    if (segment === undefined) return [];
    const { events } = await readSegment(segment);
    const found = events.filter((event) => event.seq >= from && event.seq <= this.#lastSeq).slice(0, BATCH_EVENTS);
    // A segment that went bad in its middle ends early; go on with the next one and let the reader see the gap.
    const next = this.#segments.find((candidate) => candidate.firstSeq > from);
    return found.length === 0 && next !== undefined ? this.read(next.firstSeq - 1) : found;
  }

  /**
   * Everything after `afterSeq` that is still there, then live. Holds only its place: a reader that is slow costs no
   * memory, it reads on from where it was. The first update comes at once, so that a reader learns `firstSeq`.
   */
  async *follow(afterSeq: number, signal?: AbortSignal): AsyncGenerator<EventsUpdate, void, undefined> {
    let last = afterSeq;
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    this.#followers.add(wake);
    signal?.addEventListener('abort', wake);
    try {
      for (let first = true; !this.#closed && signal?.aborted !== true; first = false) {
        const events = await this.read(last);
        if (events.length > 0 || first) {
          last = events.at(-1)?.seq ?? last;
          yield { firstSeq: this.firstSeq, events };
          continue;
        }
        await changed.promise;
        changed = Promise.withResolvers<void>();
      }
    } finally {
      this.#followers.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }

  /** Every event on disk, oldest first: for recovery. */
  async *readAll(): AsyncGenerator<HostEvent, void, undefined> {
    for (const segment of this.#segments.slice()) yield* (await readSegment(segment)).events;
  }

  /** Waits for what is being written, then ends all followers. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    for (const wake of this.#followers) wake();
    await this.#file.close();
  }
}
