/** A program that runs in a lab guest, as this side of the serial line knows it. */
export interface GuestResult {
  /** null when a signal ended it, or it never started. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it never started. */
  error: string | null;
  stdout: string;
  stderr: string;
}

export class GuestProcess {
  /** Rejects only when the guest itself went away. */
  readonly exited: Promise<GuestResult>;
  readonly #end = Promise.withResolvers<GuestResult>();
  readonly #output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  readonly #signal: (signal: NodeJS.Signals) => void;
  readonly #onOutput: ((stream: 'stdout' | 'stderr', bytes: Buffer) => void) | undefined;

  constructor(
    signal: (signal: NodeJS.Signals) => void,
    onOutput: ((stream: 'stdout' | 'stderr', bytes: Buffer) => void) | undefined,
  ) {
    this.#signal = signal;
    this.#onOutput = onOutput;
    this.exited = this.#end.promise;
    // Somebody may wait for it only later.
    this.exited.catch(() => undefined);
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#signal(signal);
  }

  hearOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.#output[stream].push(bytes);
    this.#onOutput?.(stream, bytes);
  }

  hearExit(how: { code: number | null; signal: NodeJS.Signals | null; error: string | null }): void {
    const textOf = (stream: 'stdout' | 'stderr') => Buffer.concat(this.#output[stream]).toString('utf8');
    const { code, signal, error } = how;
    this.#end.resolve({ code, signal, error, stdout: textOf('stdout'), stderr: textOf('stderr') });
  }

  hearLoss(why: string): void {
    this.#end.reject(new Error(why));
  }
}
