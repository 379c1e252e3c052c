import type { ContainerDetail } from '@vitrine/protocol';
import { Infinity as InfinityIcon, Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import { whatLasts } from './what-lasts.ts';

/** What dies with the container and what stays. */
export function WhatLastsList({ detail }: { detail: ContainerDetail }) {
  const { dies, lasts } = whatLasts(detail);
  return (
    <div className="space-y-3">
      <Half icon={<Hourglass aria-hidden className="size-3.5 text-warn" />} title="Dies with it" entries={dies} />
      <Half
        icon={<InfinityIcon aria-hidden className="size-3.5 text-run" />}
        title="Lasts until it is deleted"
        entries={lasts}
      />
    </div>
  );
}

const Half = ({ icon, title, entries }: { icon: ReactNode; title: string; entries: readonly string[] }) => (
  <div>
    <h3 className="mb-1 flex items-center gap-1.5 text-xs font-semibold">
      {icon}
      {title}
    </h3>
    <ul className="space-y-0.5 pl-5 text-muted">
      {entries.map((entry) => (
        <li key={entry}>{entry}</li>
      ))}
    </ul>
  </div>
);
