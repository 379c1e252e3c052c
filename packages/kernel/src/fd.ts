import { closeSync } from 'node:fs';

/** An open file descriptor with one owner. Write `using`, or hand it on with `take`. */
export class Fd implements Disposable {
  #number: number;

  private constructor(number: number) {
    this.#number = number;
  }

  /** Takes over a descriptor that nobody else will close. */
  static adopt(number: number): Fd {
    return new Fd(number);
  }

  /** For calls that want the bare number; it is valid only while this object is open. */
  get number(): number {
    if (this.#number < 0) throw new Error('This file descriptor was closed or given away.');
    return this.#number;
  }

  get closed(): boolean {
    return this.#number < 0;
  }

  /** Gives the descriptor away: whoever takes the number closes it. */
  take(): number {
    const { number } = this;
    this.#number = -1;
    return number;
  }

  close(): void {
    if (!this.closed) closeSync(this.take());
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
