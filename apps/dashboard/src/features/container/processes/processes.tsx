'use client';
import { EmptyState } from '@vitrine/ui';
import { ListTree } from 'lucide-react';
import { ProcessTree } from '../../processes/process-tree.tsx';
import { LastTree } from '../autopsy/last-tree.tsx';
import { useContainerPage } from '../container-context.ts';
import { useQuery } from '@tanstack/react-query';
import { Panel } from '@vitrine/ui';
import { useTRPC } from '../../../trpc/client.tsx';

/** Its processes as the host's kernel sees them, with the glass drawn around the container. */
export function Processes() {
  const { containerRef, detail } = useContainerPage();
  if (detail.status === 'stopped') return <LastProcesses />;
  return <ProcessTree hostId={containerRef.hostId} containerId={containerRef.containerId} />;
}

/** Once it has ended there is only the picture that the autopsy kept. */
function LastProcesses() {
  const { containerRef, detail } = useContainerPage();
  const trpc = useTRPC();
  const autopsy = useQuery(trpc.containers.autopsy.queryOptions(containerRef));
  const processes = autopsy.data?.autopsy.lastProcesses ?? [];
  if (processes.length === 0) {
    return (
      <EmptyState icon={ListTree} title="No process is left">
        {detail.name} has ended, and nobody looked at its processes before.
      </EmptyState>
    );
  }
  return (
    <Panel title="When it was last looked at" note="None of these is left" flush>
      <LastTree processes={processes} />
    </Panel>
  );
}
