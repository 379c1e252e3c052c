import type { Isolation } from '@vitrine/protocol';
import { cn } from '@vitrine/ui';
import { Check, Minus, X } from 'lucide-react';
import { capabilityRows, type CapabilityRow } from './isolation-view.ts';

const STANDING: Record<CapabilityRow['standing'], { icon: typeof Check; word: string; look: string }> = {
  held: { icon: Check, word: 'in force', look: 'text-run' },
  allowed: { icon: Minus, word: 'could be gained', look: 'text-warn' },
  dropped: { icon: X, word: 'dropped', look: 'text-faint' },
};

/** What root inside may still do, and what it may not, by name. */
export function Capabilities({ capabilities }: Pick<Isolation, 'capabilities'>) {
  const rows = capabilityRows(capabilities);
  if (rows.length === 0) return <p className="text-muted">The kernel did not tell.</p>;
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(13.5rem,1fr))] gap-x-4">
      {rows.map(({ name, standing, sets }) => {
        const { icon: Icon, word, look } = STANDING[standing];
        return (
          <li
            key={name}
            title={sets.length === 0 ? 'in no set' : `in ${sets.join(', ')}`}
            className={cn('flex items-center gap-1.5 leading-6', look)}
          >
            <Icon aria-hidden className="size-3 shrink-0" />
            <span className={cn('kernel truncate', standing !== 'dropped' && 'text-ink')}>{name}</span>
            <span className="sr-only">{word}</span>
          </li>
        );
      })}
    </ul>
  );
}
