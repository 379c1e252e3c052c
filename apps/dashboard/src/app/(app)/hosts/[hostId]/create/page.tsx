import { ContainerId, HostRef } from '@vitrine/protocol';
import { notFound } from 'next/navigation';
import { CreateContainerPage } from '../../../../../features/create-container/create-container-page.tsx';

type Props = { params: Promise<{ hostId: string }>; searchParams: Promise<{ from?: string | string[] }> };

export default async function Page({ params, searchParams }: Props) {
  const host = HostRef.safeParse(await params);
  if (!host.success) notFound();
  const from = ContainerId.safeParse((await searchParams).from);
  return <CreateContainerPage hostId={host.data.hostId} from={from.success ? from.data : null} />;
}
