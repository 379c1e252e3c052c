'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ContainerRef } from '@vitrine/protocol';
import { Age, Button, cn, EmptyState, ErrorState, Notice, Skeleton } from '@vitrine/ui';
import { Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState, type ReactNode } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';
import { useCrumbs } from '../frame/crumbs.tsx';
import { staleSince, useContainer, useHost } from '../live/live.tsx';
import { ContainerContext } from './container-context.ts';
import { ContainerHeader } from './container-header.tsx';
import { ContainerTabs } from './container-tabs.tsx';
import { SamplesProvider } from './overview/use-samples.tsx';
import { PageShape } from './page-shape.tsx';

/** What stays of a container page from tab to tab: who it is, how it is, what can be done, and the tabs themselves. */
export function ContainerPage({ containerRef, children }: { containerRef: ContainerRef; children: ReactNode }) {
  const { hostId, containerId } = containerRef;
  const host = useHost(hostId);
  const trpc = useTRPC();
  const query = useQuery(trpc.containers.get.queryOptions(containerRef));
  const row = useContainer(hostId, containerId);
  const deleted = useDeleted(row !== undefined);
  useFreshDetail(containerRef, row?.container.status, query.data?.container.status);
  useCrumbs([
    { label: host?.name ?? query.data?.hostName ?? 'Host', href: `/hosts/${hostId}` },
    { label: row?.container.name ?? query.data?.container.name ?? 'Container' },
  ]);

  if (deleted && query.data !== undefined) return <Deleted name={query.data.container.name} hostId={hostId} />;
  if (query.data === undefined) {
    return query.isError ? (
      <NoContainer error={query.error} hostId={hostId} retry={() => void query.refetch()} />
    ) : (
      <ContainerShape />
    );
  }
  // The row is told at once by the stream, the detail only when asked for.
  const detail = { ...query.data.container, ...row?.container };
  const staleSinceMs = host === undefined ? null : staleSince(host);
  return (
    <ContainerContext value={{ containerRef, detail, hostName: host?.name ?? query.data.hostName, host, staleSinceMs }}>
      <SamplesProvider key={containerId}>
        <ContainerHeader />
        <ContainerTabs />
        <KeptWhileStale sinceMs={staleSinceMs}>{children}</KeptWhileStale>
      </SamplesProvider>
    </ContainerContext>
  );
}

/** Greys what may be out of date without building it anew: a zoom, a filter, an unfolded row stay as they are. */
const KeptWhileStale = ({ sinceMs, children }: { sinceMs: number | null; children: ReactNode }) => (
  <div data-stale={sinceMs === null ? undefined : true}>
    {sinceMs === null ? null : (
      <Notice tone="warn" className="mb-3">
        The host has not been heard for <Age atMs={sinceMs} />. What follows is as it was then; it catches up by itself.
      </Notice>
    )}
    <div className={cn('transition-opacity', sinceMs !== null && 'stale')}>{children}</div>
  </div>
);

/** True once a container that was listed is listed no more: somebody deleted it while it was looked at. */
function useDeleted(listed: boolean): boolean {
  const [seen, setSeen] = useState(false);
  if (listed && !seen) setSeen(true);
  return seen && !listed;
}

const Deleted = ({ name, hostId }: { name: string; hostId: string }) => (
  <EmptyState
    icon={Trash2}
    title={`${name} was deleted`}
    action={
      <Button asChild>
        <Link href={`/hosts/${hostId}`}>Containers of this host</Link>
      </Button>
    }
  >
    Its log, launch trace and autopsy went with it. Its events are kept.
  </EmptyState>
);

/** What was read of a container in one state is not true in the next. */
function useFreshDetail(containerRef: ContainerRef, live: string | undefined, read: string | undefined): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  useEffect(() => {
    if (live === undefined || read === undefined || live === read) return;
    for (const { queryKey } of [
      trpc.containers.get.queryFilter(containerRef),
      trpc.containers.launchTrace.queryFilter(containerRef),
      trpc.containers.isolation.queryFilter(containerRef),
      trpc.containers.autopsy.queryFilter(containerRef),
    ]) {
      void queries.invalidateQueries({ queryKey });
    }
  }, [live, read, containerRef, queries, trpc]);
}

function NoContainer({ error, hostId, retry }: { error: unknown; hostId: string; retry: () => void }) {
  const problem = problemOf(error);
  const gone = problem.code === 'not-found';
  return (
    <ErrorState
      title={gone ? 'There is no such container' : 'This container cannot be shown'}
      why={problem.message}
      mend={gone ? 'It may have been deleted; its events are kept.' : problem.mend}
      onRetry={gone ? undefined : retry}
      action={
        <>
          <Button asChild>
            <Link href={`/hosts/${hostId}`}>Containers of this host</Link>
          </Button>
          <Button asChild>
            <Link href="/events">Events</Link>
          </Button>
        </>
      }
    />
  );
}

const ContainerShape = () => (
  <PageShape label="Loading the container">
    <div className="mb-5 flex items-center gap-4">
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-4 w-64" />
      <Skeleton className="ml-auto h-8 w-32" />
    </div>
    <Skeleton className="mb-5 h-9 w-full" />
    <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} className="h-40 w-full" />
      ))}
    </div>
  </PageShape>
);
