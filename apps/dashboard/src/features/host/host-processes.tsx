'use client';
import { Panel } from '@vitrine/ui';
import { ProcessTree } from '../processes/process-tree.tsx';
import { useHostPage } from './host-page.tsx';

export function HostProcesses() {
  const { host } = useHostPage();
  return (
    <Panel flush>
      <ProcessTree key={host.id} hostId={host.id} />
    </Panel>
  );
}
