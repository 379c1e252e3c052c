import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { ContainerRef } from '@vitrine/protocol';
import { ContainerPage } from '../../../../../../features/container/container-page.tsx';

type Props = { children: ReactNode; params: Promise<{ hostId: string; containerId: string }> };

export default async function ContainerLayout({ children, params }: Props) {
  const containerRef = ContainerRef.safeParse(await params);
  if (!containerRef.success) notFound();
  return <ContainerPage containerRef={containerRef.data}>{children}</ContainerPage>;
}
