/** Items that came and were not read yet, up to a limit. One reader. */
export interface Outbox<T> {
  /** False when it is full. */
  readonly push: (item: T) => boolean;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
  readonly read: () => AsyncGenerator<T>;
}

export function createOutbox<T>(limit: number): Outbox<T> {
  const items: T[] = [];
  let wake = Promise.withResolvers<void>();
  let over: { error: Error | undefined } | undefined;
  const finish = (error: Error | undefined): void => {
    over ??= { error };
    wake.resolve();
  };
  return {
    push(item) {
      items.push(item);
      wake.resolve();
      return items.length <= limit;
    },
    end: () => finish(undefined),
    fail: finish,
    async *read() {
      while (true) {
        await wake.promise;
        wake = Promise.withResolvers<void>();
        for (let item = items.shift(); item !== undefined; item = items.shift()) yield item;
        if (over === undefined) continue;
        if (over.error !== undefined) throw over.error;
        return;
      }
    },
  };
}
