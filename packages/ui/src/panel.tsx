import type { ReactNode } from 'react';
import { cn } from './cn.ts';

type PanelProps = {
  title?: ReactNode;
  /** Beside the title: a count, an age. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Content runs to the edges: tables. */
  flush?: boolean;
  id?: string;
};

/** A stretch of a page with a title, set apart by hairlines. */
export const Panel = ({ title, note, actions, children, className, flush = false, id }: PanelProps) => (
  <section id={id} className={cn('min-w-0 rounded-lg border bg-panel', className)}>
    {title === undefined ? null : (
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-1.5">
        <h2 className="text-sm font-semibold">{title}</h2>
        {note === undefined ? null : <div className="text-xs text-muted figures">{note}</div>}
        {actions === undefined ? null : <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
    )}
    <div className={flush ? '' : 'p-3'}>{children}</div>
  </section>
);

type PageHeaderProps = { title: ReactNode; children?: ReactNode; actions?: ReactNode };

/** The page's name, what can be said of it in a line, and what can be done. */
export const PageHeader = ({ title, children, actions }: PageHeaderProps) => (
  <header className="mb-4 flex min-h-8 flex-wrap items-center gap-x-4 gap-y-2">
    <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
    {children === undefined ? null : (
      <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 text-muted">{children}</div>
    )}
    {actions === undefined ? null : <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
  </header>
);

export type Fact = { term: ReactNode; value: ReactNode; /** Set in the kernel's face. */ kernel?: boolean };

/** Terms and their values, aligned. */
export const FactList = ({ facts, className }: { facts: readonly Fact[]; className?: string }) => (
  <dl className={cn('grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1', className)}>
    {facts.map(({ term, value, kernel = false }, index) => (
      <div key={index} className="contents">
        <dt className="text-muted">{term}</dt>
        <dd className={cn('min-w-0 break-words', kernel && 'kernel leading-5')}>{value}</dd>
      </div>
    ))}
  </dl>
);
