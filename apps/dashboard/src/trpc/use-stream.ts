import type { ErrorBody } from '@vitrine/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf } from './problem.ts';

export type StreamState = {
  /** `retrying`: it broke and is being opened again; what is shown is no longer fresh. `failed`: only a person can mend it. */
  status: 'connecting' | 'live' | 'retrying' | 'failed';
  problem: ErrorBody | null;
  retry: () => void;
};

type Sink<T> = {
  onData: (data: T) => void;
  onError: (error: unknown) => void;
  onComplete: () => void;
  onConnectionStateChange: (change: { state: string }) => void;
};

type Told = { key: string | null } & Pick<StreamState, 'status' | 'problem'>;

const CONNECTING = { status: 'connecting', problem: null } as const;

/** Asking again would bring the same answer. */
const FINAL: readonly ErrorBody['code'][] = [
  'unauthenticated',
  'forbidden',
  'not-found',
  'invalid-input',
  'unsupported',
];

const delayMs = (attempt: number): number => Math.min(8000, 800 * 2 ** attempt);

/**
 * Keeps one subscription open for as long as `key` stays the same; a new key, or null, ends it.
 * The socket itself reconnects below this; what is mended here is a stream that the other side ended, as when a host goes away.
 */
export function useStream<T>(
  key: string | null,
  open: (sink: Sink<T>) => { unsubscribe: () => void },
  onData: (data: T) => void,
): StreamState {
  const [state, setState] = useState<Told>({ key, ...CONNECTING });
  const [round, setRound] = useState(0);
  const attempts = useRef(0);
  const latest = useRef({ open, onData });
  useEffect(() => {
    latest.current = { open, onData };
  });

  useEffect(() => {
    if (key === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (problem: ErrorBody | null): void => {
      if (problem !== null && FINAL.includes(problem.code)) {
        setState({ key, status: 'failed', problem });
        return;
      }
      setState({ key, status: 'retrying', problem });
      timer = setTimeout(() => setRound((count) => count + 1), delayMs(attempts.current++));
    };
    const subscription = latest.current.open({
      onData: (data) => {
        attempts.current = 0;
        setState((old) => (old.key === key && old.status === 'live' ? old : { key, status: 'live', problem: null }));
        latest.current.onData(data);
      },
      onError: (error) => again(problemOf(error)),
      onComplete: () => again(null),
      onConnectionStateChange: ({ state: socket }) => {
        if (socket === 'connecting') {
          setState((old) => (old.status === 'live' ? { ...old, status: 'retrying' } : old));
        }
      },
    });
    return () => {
      clearTimeout(timer);
      subscription.unsubscribe();
    };
  }, [key, round]);

  const retry = useCallback(() => {
    attempts.current = 0;
    setState({ key, ...CONNECTING });
    setRound((count) => count + 1);
  }, [key]);
  const { status, problem } = state.key === key ? state : CONNECTING;
  return { status, problem, retry };
}
