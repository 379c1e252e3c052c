'use client';
import { cn, Notice, Popover, useNow } from '@vitrine/ui';
import { LoaderCircle, Radio, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection } from '../../trpc/client.tsx';
import type { Connection } from '../../trpc/connection.ts';
import { clockTime } from '../figures/format.ts';

const LOOK: Record<
  Connection['state'],
  { look: string; icon: ReactNode; word: (c: Connection) => string; means: string }
> = {
  connecting: {
    look: 'text-muted',
    icon: <LoaderCircle aria-hidden className="size-3.5 animate-spin" />,
    word: () => 'connecting',
    means: 'The page is opening its connection to the hub.',
  },
  'catching-up': {
    look: 'text-warn',
    icon: <LoaderCircle aria-hidden className="size-3.5 animate-spin" />,
    word: () => 'catching up',
    means: 'The connection is there again; what happened meanwhile is on its way.',
  },
  live: {
    look: 'text-run',
    icon: <Radio aria-hidden className="size-3.5" />,
    word: () => 'live',
    means: 'The hub tells every change as it happens. Nothing on this page is polled.',
  },
  offline: {
    look: 'text-bad',
    icon: <Unplug aria-hidden className="size-3.5" />,
    word: ({ sinceMs }) => `offline since ${clockTime(sinceMs)}`,
    means: 'The hub cannot be reached. What is shown is from before, and the page tries again by itself.',
  },
};

/** Whether what is shown is true now. */
export function ConnectionIndicator() {
  const connection = useConnection();
  const { look, icon, word, means } = LOOK[connection.state];
  return (
    <Popover
      label="Connection to the hub"
      align="end"
      className="w-64"
      trigger={
        <button
          type="button"
          className={cn('flex h-8 items-center gap-1.5 rounded-md px-2 text-xs hover:bg-hover touch:h-11', look)}
        >
          {icon}
          <span className="whitespace-nowrap max-sm:sr-only" aria-live="polite">
            {word(connection)}
          </span>
        </button>
      }
    >
      <p>{means}</p>
      {connection.state === 'live' ? (
        <p className="mt-1 text-xs text-muted">Connected at {clockTime(connection.sinceMs)}.</p>
      ) : null}
    </Popover>
  );
}

/** True once the connection has been away long enough to say so; a hiccup greys nothing. */
export function useOfflineSince(): number | null {
  const { state, sinceMs } = useConnection();
  const now = useNow();
  return state === 'offline' && now - sinceMs > 2000 ? sinceMs : null;
}

export const OfflineNotice = ({ sinceMs }: { sinceMs: number }) => (
  <Notice tone="bad" className="mb-4">
    <span className="font-medium">No connection to the hub since {clockTime(sinceMs)}.</span> What you see is from then.
    This page tries again by itself and catches up.
  </Notice>
);
