/**
 * What is waiting for one watcher. An item with the key of one that still waits takes its place at the end: a slow
 * browser gets the newest of each, and its inbox never holds more than there are keys.
 */
export interface Inbox<T> {
  put(key: string, item: T): void;
  /** Ends when the signal is aborted. One reader only. */
  take(signal: AbortSignal): AsyncGenerator<T>;
}

export function createInbox<T>(): Inbox<T> {
  const waiting = new Map<string, T>();
  let wake = Promise.withResolvers<void>();
  return {
    put(key, item) {
      waiting.delete(key);
      waiting.set(key, item);
      wake.resolve();
    },
    async *take(signal) {
      const stop = (): void => wake.resolve();
      signal.addEventListener('abort', stop);
      try {
        while (!signal.aborted) {
          await wake.promise;
          wake = Promise.withResolvers<void>();
          while (!signal.aborted) {
            const next = waiting.entries().next();
            if (next.done === true) break;
            const [key, item] = next.value;
            waiting.delete(key);
            yield item;
          }
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
