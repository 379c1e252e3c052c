import { Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { useNow } from './use-now.ts';

/** "4 s", "3 min", "2 h", "5 d": one unit, whole. */
export function describeAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Time since `atMs`, renewed each second. */
export function Age({ atMs, className }: { atMs: number; className?: string }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(atMs).toISOString()}
      title={new Date(atMs).toLocaleString()}
      className={cn('figures', className)}
    >
      {now === 0 ? '…' : describeAge(now - atMs)}
    </time>
  );
}

type StaleProps = {
  /** When what is shown was true, or null while it is fresh. */
  sinceMs: number | null;
  children: ReactNode;
  /** Where the age is written; without it the values are only greyed. */
  note?: boolean;
  className?: string;
};

/** Greys its children, with their age, once they are no longer known to be true. */
export function Stale({ sinceMs, children, note = true, className }: StaleProps) {
  if (sinceMs === null) return <div className={className}>{children}</div>;
  return (
    <div className={className} data-stale>
      {note ? (
        <p className="flex items-center gap-1.5 pb-1 text-xs text-muted">
          <Clock aria-hidden className="size-3" />
          <span>
            as of <Age atMs={sinceMs} /> ago
          </span>
        </p>
      ) : null}
      <div className="stale">{children}</div>
    </div>
  );
}
