import {
  Circle,
  CircleAlert,
  CircleDashed,
  CircleDot,
  CirclePlay,
  CircleStop,
  CircleX,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { TONE_TEXT, type Tone } from './tone.ts';

const TONE_ICON: Record<Tone, LucideIcon> = {
  run: CirclePlay,
  warn: CircleAlert,
  make: CircleDot,
  remove: CircleDashed,
  bad: CircleX,
  idle: CircleStop,
  unknown: Circle,
};

/** A quiet label: a count, a kind, a version. */
export function Badge({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span
      className={cn(
        'inline-flex h-5 items-center gap-1 rounded-sm align-middle border bg-sunken px-1.5 text-2xs whitespace-nowrap text-muted figures',
        className,
      )}
    >
      {children}
    </span>
  );
}

type StateBadgeProps = { tone: Tone; word: string; icon?: LucideIcon; title?: string; className?: string };

/** A state: colour, word and icon together, so that none of the three is needed alone. */
export function StateBadge({ tone, word, icon, title, className }: StateBadgeProps) {
  const Icon = icon ?? TONE_ICON[tone];
  return (
    <span
      title={title}
      className={cn(
        'inline-flex max-w-full min-w-0 items-center gap-1.5 align-top font-medium whitespace-nowrap',
        TONE_TEXT[tone],
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={2.25} />
      <span className="truncate">{word}</span>
    </span>
  );
}
