import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Epoch milliseconds, renewed once a second by one timer for the whole page. 0 while rendered on the server. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => {
      if (timer === undefined && Date.now() - now > 1000) now = Date.now();
      return now;
    },
    () => 0,
  );
}
