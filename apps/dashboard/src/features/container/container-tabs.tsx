'use client';
import { TabLink, TabNav } from '@vitrine/ui';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useContainerPage } from './container-context.ts';

const TABS = [
  { path: '', label: 'Overview' },
  { path: '/processes', label: 'Processes' },
  { path: '/logs', label: 'Logs' },
  { path: '/isolation', label: 'Isolation' },
  { path: '/launch', label: 'Launch' },
  { path: '/events', label: 'Events' },
  { path: '/config', label: 'Config' },
] as const;

export const containerPath = (hostId: string, containerId: string): string =>
  `/hosts/${hostId}/containers/${containerId}`;

export function ContainerTabs() {
  const { containerRef, detail } = useContainerPage();
  const here = usePathname();
  const base = containerPath(containerRef.hostId, containerRef.containerId);
  return (
    <TabNav label="Parts of this container">
      {TABS.map(({ path, label }) => (
        <TabLink key={path} active={here === `${base}${path}`}>
          <Link href={`${base}${path}`} scroll={false}>
            {path === '/events' && detail.status === 'stopped' ? 'Autopsy' : label}
          </Link>
        </TabLink>
      ))}
    </TabNav>
  );
}
