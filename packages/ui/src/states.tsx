import { RotateCw, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';

type EmptyStateProps = {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
};

/** Says what belongs here and offers the next step. */
export const EmptyState = ({ icon: Icon, title, children, action, className }: EmptyStateProps) => (
  <div className={cn('flex flex-col items-center gap-2 px-6 py-14 text-center', className)}>
    <Icon aria-hidden className="size-7 text-faint" strokeWidth={1.25} />
    <h2 className="text-base font-semibold">{title}</h2>
    {children === undefined ? null : <div className="max-w-md text-muted">{children}</div>}
    {action === undefined ? null : <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
  </div>
);

type ErrorStateProps = {
  /** What failed. */
  title: string;
  /** Why, in the words of whoever refused. */
  why?: ReactNode;
  /** What to do about it. */
  mend?: ReactNode;
  onRetry?: (() => void) | undefined;
  action?: ReactNode;
  className?: string;
};

/** What failed, why, the mend, and another try. */
export const ErrorState = ({ title, why, mend, onRetry, action, className }: ErrorStateProps) => (
  <div role="alert" className={cn('flex flex-col items-center gap-2 px-6 py-14 text-center', className)}>
    <TriangleAlert aria-hidden className="size-7 text-bad" strokeWidth={1.25} />
    <h2 className="text-base font-semibold">{title}</h2>
    {why === undefined ? null : <p className="max-w-lg break-words text-muted">{why}</p>}
    {mend === undefined || mend === null ? null : <p className="max-w-lg">{mend}</p>}
    <div className="mt-2 flex flex-wrap justify-center gap-2">
      {onRetry === undefined ? null : (
        <Button onClick={onRetry}>
          <RotateCw aria-hidden className="size-3.5" />
          Try again
        </Button>
      )}
      {action}
    </div>
  </div>
);

/** The shape of what is coming. Give it the size of the real thing. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={cn('block animate-pulse rounded-sm bg-line/70', className)} />
);

/** Lines of a table to come. */
export const SkeletonRows = ({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) => (
  <div aria-busy="true" className="divide-y border-y">
    <p className="sr-only">{label}</p>
    {Array.from({ length: rows }, (_, index) => (
      <div key={index} className="flex h-9 items-center gap-4 px-2">
        <Skeleton className="h-3 w-40" />
        <Skeleton className="h-3 w-24" />
        <Skeleton className="ml-auto h-3 w-56 max-sm:w-16" />
      </div>
    ))}
  </div>
);
