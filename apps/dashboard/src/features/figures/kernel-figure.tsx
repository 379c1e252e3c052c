'use client';
import type { ContainerRef, FigureName, FigureSource } from '@vitrine/protocol';
import { Figure, type FigureOrigin } from '@vitrine/ui';
import { useRef, useState, type ReactNode } from 'react';
import { useHub } from '../../trpc/client.tsx';
import { problemOf } from '../../trpc/problem.ts';

type KernelFigureProps = { containerRef: ContainerRef; figure: FigureName; label: string; children: ReactNode };

const NOT_TOLD = { failed: 'The kernel of this host does not tell this one.' };

/**
 * A number of a running container that can say where it comes from. The kernel is asked anew each time somebody points at it,
 * and never before: a table holds hundreds of these.
 */
export function KernelFigure({ containerRef, figure, label, children }: KernelFigureProps) {
  const hub = useHub();
  const [origin, setOrigin] = useState<FigureOrigin | 'loading' | { failed: string }>('loading');
  const asked = useRef(0);
  const ask = (): void => {
    const mine = (asked.current += 1);
    const tell = (answer: FigureOrigin | { failed: string }): void => {
      if (mine === asked.current) setOrigin(answer);
    };
    setOrigin('loading');
    hub.containers.sources.query(containerRef).then(
      (sources: FigureSource[]) => tell(sources.find((source) => source.figure === figure) ?? NOT_TOLD),
      (error: unknown) => tell({ failed: problemOf(error).message }),
    );
  };
  return (
    <Figure label={label} origin={origin} onAsk={ask}>
      {children}
    </Figure>
  );
}
