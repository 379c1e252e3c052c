/** Runs what it is given one after the other: one queue a container, so that no two verbs meet in the middle. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** When all that was given so far has run. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
