'use client';
import type { CgroupSample } from '@vitrine/protocol';
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import { useHub } from '../../../trpc/client.tsx';
import { useStream, type StreamState } from '../../../trpc/use-stream.ts';
import { useContainerPage } from '../container-context.ts';
import { withSamples } from './sample-window.ts';

interface Samples {
  /** Oldest first, at most 15 minutes. */
  samples: readonly CgroupSample[];
  stream: StreamState;
}

const SamplesContext = createContext<Samples | null>(null);

/** One stream of samples for the header and all charts of a page, open only while the container runs. */
export function SamplesProvider({ children }: { children: ReactNode }) {
  const { containerRef, detail } = useContainerPage();
  const hub = useHub();
  const [samples, setSamples] = useState<readonly CgroupSample[]>([]);
  const runs = detail.status === 'running';
  const stream = useStream(
    runs ? `samples ${containerRef.hostId} ${containerRef.containerId}` : null,
    (sink) => hub.containers.samples.subscribe(containerRef, sink),
    useCallback((update: { samples: CgroupSample[] }) => setSamples((kept) => withSamples(kept, update.samples)), []),
  );
  return <SamplesContext value={{ samples, stream }}>{children}</SamplesContext>;
}

export function useSamples(): Samples {
  const value = useContext(SamplesContext);
  if (value === null) throw new Error('SamplesProvider is missing above this component.');
  return value;
}
