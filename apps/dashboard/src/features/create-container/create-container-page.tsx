'use client';
import { useQuery } from '@tanstack/react-query';
import type { ContainerId, Host, HostId } from '@vitrine/protocol';
import { EmptyState, Notice, PageHeader, Skeleton } from '@vitrine/ui';
import { Server } from 'lucide-react';
import { useMemo } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { useCrumbs } from '../frame/crumbs.tsx';
import { Failure } from '../frame/failure.tsx';
import { useFleetTold, useHost } from '../live/live.tsx';
import { CreateContainerForm } from './create-container-form.tsx';
import { draftOf, EMPTY_DRAFT, type Draft } from './draft.ts';
import type { HostMeans } from './read-draft.ts';
import { PageShape } from '../container/page-shape.tsx';

type CreateContainerPageProps = {
  hostId: HostId;
  /** Fill the form with what this container was asked to be. */
  from: ContainerId | null;
  /** The image to begin with, where no container is repeated. */
  image: string | null;
};

/** Asks one host for a new container. */
export function CreateContainerPage({ hostId, from, image }: CreateContainerPageProps) {
  const host = useHost(hostId);
  const told = useFleetTold();
  useCrumbs([{ label: host?.name ?? 'Host', href: `/hosts/${hostId}` }, { label: 'Create a container' }]);
  if (host !== undefined) return <OnHost host={host} from={from} image={image} />;
  return told ? (
    <EmptyState icon={Server} title="There is no such host">
      It may have been taken off the list.
    </EmptyState>
  ) : (
    <FormShape />
  );
}

function OnHost({ host, from, image }: Omit<CreateContainerPageProps, 'hostId'> & { host: Host }) {
  const trpc = useTRPC();
  const images = useQuery(trpc.hosts.images.queryOptions({ hostId: host.id }));
  const origin = useQuery({
    ...trpc.containers.get.queryOptions({ hostId: host.id, containerId: from ?? NOBODY }),
    enabled: from !== null,
  });
  const means = useMeans(host);
  if (images.isPending || (from !== null && origin.isPending)) return <FormShape />;
  if (images.isError) {
    return (
      <Failure
        title={`${host.name} cannot be asked for its images`}
        error={images.error}
        onRetry={() => void images.refetch()}
      />
    );
  }
  const [only] = images.data;
  const initial: Draft =
    origin.data === undefined
      ? { ...EMPTY_DRAFT, image: image ?? only?.reference ?? '' }
      : draftOf(origin.data.container.spec);
  return (
    <>
      <PageHeader title="Create a container">
        <span className="flex items-center gap-1">
          on <Server aria-hidden className="size-3.5" /> {host.name}
        </span>
        {origin.data === undefined ? null : <span>as {origin.data.container.name} was</span>}
      </PageHeader>
      {origin.isError ? (
        <Notice tone="warn" className="mb-4">
          The container to repeat could not be read, so the form starts empty.
        </Notice>
      ) : null}
      <CreateContainerForm host={host} means={means} images={images.data} initial={initial} />
    </>
  );
}

/** Stands in the key of a query that is not asked. */
const NOBODY = '0'.repeat(64) as ContainerId;

/** Kept the same while its numbers are, so that the form is not read anew at each heartbeat. */
function useMeans({ name, info }: Host): HostMeans | null {
  const memoryBytes = info?.memoryBytes;
  const cpuCount = info?.cpuCount;
  return useMemo(
    () => (memoryBytes === undefined || cpuCount === undefined ? null : { name, memoryBytes, cpuCount }),
    [name, memoryBytes, cpuCount],
  );
}

const FormShape = () => (
  <PageShape label="Loading the form" className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_420px]">
    <div className="space-y-3">
      <Skeleton className="h-7 w-56" />
      <Skeleton className="h-80 w-full" />
      <Skeleton className="h-12 w-full" />
      <Skeleton className="h-12 w-full" />
      <Skeleton className="h-12 w-full" />
    </div>
    <Skeleton className="h-64 w-full" />
  </PageShape>
);
