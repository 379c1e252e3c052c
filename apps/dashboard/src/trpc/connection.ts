import { useSyncExternalStore } from 'react';

/** `catching-up`: the socket is open again, but not everything that is shown has been told anew. */
export type Connection = { state: 'connecting' | 'catching-up' | 'live' | 'offline'; sinceMs: number };

/** How the page is joined to the hub, as one value that components can watch. */
export class ConnectionStatus {
  #value: Connection = { state: 'connecting', sinceMs: Date.now() };
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly read = (): Connection => this.#value;

  opened(): void {
    this.#become('catching-up');
  }

  caughtUp(): void {
    this.#become('live');
  }

  /** Stays `connecting` until the first success, so that a page that just opens does not cry offline. */
  closed(): void {
    if (this.#value.state === 'connecting' && Date.now() - this.#value.sinceMs < 3000) return;
    this.#become('offline');
  }

  #become(state: Connection['state']): void {
    if (this.#value.state === state) return;
    this.#value = { state, sinceMs: Date.now() };
    for (const listener of this.#listeners) listener();
  }
}

const SERVER: Connection = { state: 'connecting', sinceMs: 0 };

export const useConnectionStatus = (status: ConnectionStatus): Connection =>
  useSyncExternalStore(status.subscribe, status.read, () => SERVER);
