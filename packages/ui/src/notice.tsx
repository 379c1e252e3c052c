import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

type NoticeTone = 'info' | 'warn' | 'bad' | 'run';

const LOOK: Record<NoticeTone, { icon: LucideIcon; frame: string; mark: string }> = {
  info: { icon: Info, frame: 'border-line bg-sunken', mark: 'text-muted' },
  warn: { icon: TriangleAlert, frame: 'border-warn/40 bg-warn/8', mark: 'text-warn' },
  bad: { icon: CircleAlert, frame: 'border-bad/40 bg-bad/8', mark: 'text-bad' },
  run: { icon: CircleCheck, frame: 'border-run/40 bg-run/8', mark: 'text-run' },
};

/** A sentence that stands in the page because it matters there. Bad news is announced. */
export function Notice({ tone, children, className }: { tone: NoticeTone; children: ReactNode; className?: string }) {
  const { icon: Icon, frame, mark } = LOOK[tone];
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={cn('flex items-start gap-2 rounded-md border px-3 py-2 text-sm', frame, className)}
    >
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', mark)} />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
