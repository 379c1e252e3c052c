'use client';
import { useQuery } from '@tanstack/react-query';
import type { FigureName } from '@vitrine/protocol';
import { Figure, type FigureOrigin } from '@vitrine/ui';
import { useState, type ReactNode } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { problemOf } from '../../../trpc/problem.ts';
import { useContainerPage } from '../container-context.ts';

type SourcedFigureProps = { figure: FigureName; label: string; children: ReactNode; className?: string };

/** A number of this container that can say where it comes from. The kernel is asked only when somebody points at it. */
export function SourcedFigure({ figure, label, children, className }: SourcedFigureProps) {
  const { containerRef, detail } = useContainerPage();
  const trpc = useTRPC();
  const [asked, setAsked] = useState(false);
  const sources = useQuery({
    ...trpc.containers.sources.queryOptions(containerRef),
    enabled: asked && detail.status === 'running',
    staleTime: 1000,
  });
  const look = className === undefined ? {} : { className };
  if (detail.status !== 'running') return <span className={className}>{children}</span>;
  const ask = (): void => {
    if (asked) void sources.refetch();
    setAsked(true);
  };
  return (
    <Figure label={label} origin={originOf(figure, sources)} onAsk={ask} {...look}>
      {children}
    </Figure>
  );
}

type Asked = { data: readonly (FigureOrigin & { figure: FigureName })[] | undefined; isError: boolean; error: unknown };

function originOf(figure: FigureName, { data, isError, error }: Asked): FigureOrigin | 'loading' | { failed: string } {
  if (isError) return { failed: problemOf(error).message };
  if (data === undefined) return 'loading';
  return (
    data.find((source) => source.figure === figure) ?? { failed: 'The kernel of this host does not tell this one.' }
  );
}
