/**
 * What one subscriber has not yet taken: the newest value of each key, in the order in which the keys first changed. However
 * slow the subscriber, this grows with the number of keys and not with time.
 */
export class Mailbox<K, V> {
  readonly #waiting = new Map<K, V>();
  readonly #merge: (older: V, newer: V) => V;
  #wake: (() => void) | undefined;

  /** `merge` joins a value that nobody took with a later one of the same key; the newer one wins when left out. */
  constructor(merge: (older: V, newer: V) => V = (_, newer) => newer) {
    this.#merge = merge;
  }

  put(key: K, value: V): void {
    const older = this.#waiting.get(key);
    this.#waiting.set(key, older === undefined ? value : this.#merge(older, value));
    this.#wake?.();
  }

  async *take(signal: AbortSignal): AsyncGenerator<V, void, undefined> {
    const wake = () => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const [entry] = this.#waiting;
        if (entry === undefined) {
          const { promise, resolve } = Promise.withResolvers<void>();
          this.#wake = resolve;
          await promise;
          continue;
        }
        this.#waiting.delete(entry[0]);
        yield entry[1];
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}

/** Everybody who listens to one kind of news. */
export class Topic<T> {
  readonly #listeners = new Set<(news: T) => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  publish(news: T): void {
    for (const listener of this.#listeners) listener(news);
  }

  listen(listener: (news: T) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }
}
