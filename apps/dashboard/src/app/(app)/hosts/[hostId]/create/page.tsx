import { ContainerId, HostRef } from '@vitrine/protocol';
import { notFound } from 'next/navigation';
import { CreateContainerPage } from '../../../../../features/create-container/create-container-page.tsx';

type Query = { from?: string | string[]; image?: string | string[] };
type Props = { params: Promise<{ hostId: string }>; searchParams: Promise<Query> };

export default async function Page({ params, searchParams }: Props) {
  const host = HostRef.safeParse(await params);
  if (!host.success) notFound();
  const query = await searchParams;
  const from = ContainerId.safeParse(query.from);
  const image = typeof query.image === 'string' ? query.image : null;
  return <CreateContainerPage hostId={host.data.hostId} from={from.success ? from.data : null} image={image} />;
}
