/**
 * Tells those who follow events that there are new ones. They read them from the database after the cursor they hold,
 * so nothing is lost on a slow reader and nothing is kept for it.
 */
export class EventFeed {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next event. Take it before reading, or one that comes between is missed. */
  get next(): Promise<void> {
    return this.#next.promise;
  }

  wake(): void {
    const woken = this.#next;
    this.#next = Promise.withResolvers<void>();
    woken.resolve();
  }
}
