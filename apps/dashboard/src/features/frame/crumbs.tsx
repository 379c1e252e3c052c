'use client';
import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';

export type Crumb = { label: string; href?: string };

const Read = createContext<readonly Crumb[]>([]);
const Write = createContext<(crumbs: readonly Crumb[]) => void>(() => undefined);

export function CrumbsProvider({ children }: { children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([]);
  return (
    <Write value={setCrumbs}>
      <Read value={crumbs}>{children}</Read>
    </Write>
  );
}

/** Says where this page stands; the last crumb is the page itself, and the title of the tab. */
export function useCrumbs(crumbs: readonly Crumb[]): void {
  const write = useContext(Write);
  const key = JSON.stringify(crumbs);
  useEffect(() => {
    const said = JSON.parse(key) as Crumb[];
    write(said);
    document.title = [...said.map(({ label }) => label).toReversed(), 'Vitrine'].join(' · ');
  }, [key, write]);
}

export function Crumbs() {
  const crumbs = useContext(Read);
  return (
    <nav aria-label="Where you are" className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center gap-1">
        {crumbs.map(({ label, href }, index) => {
          const last = index === crumbs.length - 1;
          return (
            <li
              key={index}
              className={last ? 'flex min-w-0 items-center gap-1' : 'flex items-center gap-1 max-sm:hidden'}
            >
              {index === 0 ? null : <ChevronRight aria-hidden className="size-3.5 shrink-0 text-faint max-sm:hidden" />}
              {href === undefined || last ? (
                <span aria-current={last ? 'page' : undefined} className="truncate font-medium">
                  {label}
                </span>
              ) : (
                <Link href={href} className="truncate rounded-sm text-muted hover:text-ink">
                  {label}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
