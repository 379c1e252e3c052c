import { HostRef } from '@vitrine/protocol';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { HostPage } from '../../../../../features/host/host-page.tsx';

type Props = { children: ReactNode; params: Promise<{ hostId: string }> };

export default async function HostLayout({ children, params }: Props) {
  const host = HostRef.safeParse(await params);
  if (!host.success) notFound();
  return (
    <HostPage key={host.data.hostId} hostId={host.data.hostId}>
      {children}
    </HostPage>
  );
}
