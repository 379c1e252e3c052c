'use client';
import { useMutation } from '@tanstack/react-query';
import type { HostId } from '@vitrine/protocol';
import { Button, CodeBlock, Dialog, Notice, Skeleton } from '@vitrine/ui';
import { LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { clockTime } from '../figures/format.ts';
import { Failure } from '../frame/failure.tsx';
import { useHosts, type HostEntry } from '../live/live.tsx';

/** Hosts that were not there when the dialog opened and that have been heard. */
function useArrivals(hosts: readonly HostEntry[]): HostEntry[] {
  const [before] = useState(() => new Set<HostId>(hosts.map(({ host }) => host.id)));
  return hosts.filter(({ host }) => !before.has(host.id));
}

const Arrived = ({ arrivals, onClose }: { arrivals: readonly HostEntry[]; onClose: () => void }) => (
  <>
    {arrivals.map(({ host }) => (
      <Notice key={host.id} tone="run">
        <span className="kernel font-semibold">{host.name}</span>{' '}
        {host.connection === 'online' ? 'has arrived.' : 'is enrolled; waiting for its first word…'}{' '}
        <Link href={`/hosts/${host.id}`} onClick={onClose} className="underline underline-offset-2">
          Open it
        </Link>
      </Notice>
    ))}
  </>
);

function Steps({ onClose }: { onClose: () => void }) {
  const hosts = useHosts();
  const arrivals = useArrivals(hosts);
  const trpc = useTRPC();
  const { mutate, data, error, isError } = useMutation(trpc.joinTokens.create.mutationOptions());
  const asked = useRef(false);
  useEffect(() => {
    // Strict mode mounts twice; a token must be made once.
    if (asked.current) return;
    asked.current = true;
    mutate({});
  }, [mutate]);

  if (isError) return <Failure title="No join token could be made" error={error} onRetry={() => mutate({})} />;
  return (
    <div className="space-y-4">
      <div>
        <p className="mb-1.5">Run this on the host, as root. No port is opened on it.</p>
        {data === undefined ? (
          <Skeleton className="h-16 w-full" />
        ) : (
          <CodeBlock label="Command that joins a host" copyLabel="Copy command" text={data.command} />
        )}
        <p className="mt-1.5 text-xs text-muted">
          The token in it enrols one host, once
          {data === undefined ? '.' : `, until ${clockTime(data.expiresAtMs)}.`} It is shown only here. Making another
          is free.
        </p>
      </div>
      {arrivals.length === 0 ? (
        <p aria-live="polite" className="flex items-center gap-2 text-muted">
          <LoaderCircle aria-hidden className="size-4 animate-spin" />
          Waiting for the host. You may leave this open; it says when the host has arrived.
        </p>
      ) : (
        <Arrived arrivals={arrivals} onClose={onClose} />
      )}
      <div className="flex justify-end">
        <Button onClick={onClose}>{arrivals.length === 0 ? 'Close' : 'Done'}</Button>
      </div>
    </div>
  );
}

/** One command to copy; then the page waits and says when the host has arrived. */
export const AddHost = ({ open, onClose }: { open: boolean; onClose: () => void }) => (
  <Dialog
    open={open}
    onOpenChange={(next) => (next ? undefined : onClose())}
    title="Add a host"
    description="The agent dials out to this hub, makes a key of its own, and is known by it from then on."
  >
    {open ? <Steps onClose={onClose} /> : null}
  </Dialog>
);
