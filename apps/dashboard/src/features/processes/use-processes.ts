import type { ContainerId, HostId, ProcessUpdate } from '@vitrine/protocol';
import { useEffect, useState } from 'react';
import { useHub } from '../../trpc/client.tsx';
import { useStream, type StreamState } from '../../trpc/use-stream.ts';
import { ENDED_SHOWN_MS, forgetMarks, NO_PROCESSES, withUpdate, type Processes } from './process-store.ts';

export type ProcessScope = { hostId: HostId; containerId?: ContainerId };

type Kept = { scope: string; processes: Processes };

/** The processes of a container or of a whole host, as they come and go. */
export function useProcesses({ hostId, containerId }: ProcessScope): { processes: Processes; stream: StreamState } {
  const hub = useHub();
  const scope = `processes ${hostId} ${containerId ?? ''}`;
  const [kept, setKept] = useState<Kept>({ scope, processes: NO_PROCESSES });
  const processes = kept.scope === scope ? kept.processes : NO_PROCESSES;
  const stream = useStream<ProcessUpdate>(
    scope,
    (sink) => hub.processes.watch.subscribe({ hostId, ...(containerId === undefined ? {} : { containerId }) }, sink),
    (update) =>
      setKept((old) => ({
        scope,
        processes: withUpdate(old.scope === scope ? old.processes : NO_PROCESSES, update, Date.now()),
      })),
  );

  const marked = processes.ended.size > 0 || processes.bornAtMs.size > 0;
  useEffect(() => {
    if (!marked) return undefined;
    const timer = setInterval(() => {
      setKept((old) => {
        const next = forgetMarks(old.processes, Date.now());
        return next === old.processes ? old : { ...old, processes: next };
      });
    }, ENDED_SHOWN_MS / 4);
    return () => clearInterval(timer);
  }, [marked]);

  return { processes, stream };
}
