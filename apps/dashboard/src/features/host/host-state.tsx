import type { HostConnection } from '@vitrine/protocol';
import { cn, StateBadge, type Tone } from '@vitrine/ui';
import { Ban, CircleCheck, CircleDashed, CircleEllipsis, type LucideIcon } from 'lucide-react';

const LOOK: Record<HostConnection, { tone: Tone; icon: LucideIcon; dot: string; means: string }> = {
  online: { tone: 'run', icon: CircleCheck, dot: 'bg-run', means: 'heard within the last 5 seconds' },
  stale: { tone: 'warn', icon: CircleEllipsis, dot: 'bg-warn', means: 'silent for more than 5 seconds' },
  offline: {
    tone: 'unknown',
    icon: CircleDashed,
    dot: 'border border-line-strong',
    means: 'silent for more than 15 seconds',
  },
  revoked: { tone: 'bad', icon: Ban, dot: 'border border-bad', means: 'its key is refused' },
};

export const HostStateBadge = ({ connection }: { connection: HostConnection }) => (
  <StateBadge
    tone={LOOK[connection].tone}
    icon={LOOK[connection].icon}
    word={connection}
    title={`${connection}: ${LOOK[connection].means}`}
  />
);

/** The state in the smallest form, for lists that name it elsewhere. The word is there for those who cannot see it. */
export const HostDot = ({ connection, className }: { connection: HostConnection; className?: string }) => (
  <span className={cn('inline-flex size-2 shrink-0 rounded-full', LOOK[connection].dot, className)} title={connection}>
    <span className="sr-only">{connection}</span>
  </span>
);
