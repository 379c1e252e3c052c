'use client';
import type { FigureName } from '@vitrine/protocol';
import type { ReactNode } from 'react';
import { KernelFigure } from '../../figures/kernel-figure.tsx';
import { useContainerPage } from '../container-context.ts';

type SourcedFigureProps = { figure: FigureName; label: string; children: ReactNode };

/** A number of this page's container that can say where it comes from, while the container runs. */
export function SourcedFigure({ figure, label, children }: SourcedFigureProps) {
  const { containerRef, detail } = useContainerPage();
  if (detail.status !== 'running') return <span>{children}</span>;
  return (
    <KernelFigure containerRef={containerRef} figure={figure} label={label}>
      {children}
    </KernelFigure>
  );
}
