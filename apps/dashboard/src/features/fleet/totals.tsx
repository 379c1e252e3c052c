import { exitTone } from '@vitrine/protocol';
import { cn, Figure } from '@vitrine/ui';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { gibi, UNKNOWN } from '../figures/format.ts';
import { hostFigures } from '../figures/host-figures.ts';
import { cpuOrigin, memoryOrigin, sumOrigin } from '../host/host-sources.ts';
import type { ContainerEntry, HostEntry } from '../live/live.tsx';
import type { Attention } from './attention.ts';

const Total = ({ label, children, note }: { label: string; children: ReactNode; note?: ReactNode }) => (
  <div className="min-w-0 px-4 py-3">
    <dt className="text-xs text-muted">{label}</dt>
    <dd className="kernel text-xl whitespace-nowrap">
      {children}
      {note === undefined ? null : <span className="ml-2 text-xs text-muted">{note}</span>}
    </dd>
  </div>
);

const NeedsNow = ({ items }: { items: readonly Attention[] }) => (
  <section aria-label="Needs attention now" className="flex flex-wrap items-center gap-2 border-t px-4 py-2">
    {items.length === 0 ? (
      <p className="flex items-center gap-2 text-muted">
        <CircleCheck aria-hidden className="size-4 text-run" />
        Nothing needs attention now.
      </p>
    ) : (
      <>
        <h2 className="text-xs text-muted">Needs attention now</h2>
        {items.map(({ id, count, text, href, tone }) => (
          <Link
            key={id}
            href={href}
            className={cn(
              'inline-flex min-h-7 items-center gap-1.5 rounded-md border px-2 transition-colors duration-150 hover:bg-hover touch:min-h-11',
              tone === 'bad' ? 'border-bad/40 text-bad' : 'border-warn/40 text-warn',
            )}
          >
            <TriangleAlert aria-hidden className="size-3.5" />
            <span className="kernel font-semibold">{count}</span> {text}
          </Link>
        ))}
      </>
    )}
  </section>
);

type TotalsProps = {
  hosts: readonly HostEntry[];
  containers: readonly ContainerEntry[];
  attention: readonly Attention[];
};

/** The fleet in one line of figures. Only hosts that are heard count as used or free. */
export function Totals({ hosts, containers, attention }: TotalsProps) {
  const online = hosts.filter(({ host }) => host.connection === 'online');
  let cpus = 0;
  let busyCores = 0;
  let usedBytes = 0;
  let totalBytes = 0;
  for (const { history } of online) {
    const last = history.at(-1);
    if (last === undefined) continue;
    const figures = hostFigures(history.at(-2), last);
    cpus += last.cpuCount;
    busyCores += ((figures.cpuPct ?? 0) / 100) * last.cpuCount;
    usedBytes += figures.memoryUsedBytes;
    totalBytes += last.memoryTotalBytes;
  }
  const heard = online.flatMap(({ host, history }) => {
    const after = history.at(-1);
    return after === undefined ? [] : [{ host: host.name, two: { before: history.at(-2), after } }];
  });
  const running = containers.filter(({ container }) => container.status === 'running').length;
  const failed = containers.filter(
    ({ container }) => container.exit !== null && exitTone(container.exit) === 'bad',
  ).length;
  return (
    <div className="rounded-lg border bg-panel">
      <dl className="grid grid-cols-2 md:grid-cols-4 md:divide-x">
        <Total label="Hosts online">
          {online.length}
          <span className="text-faint"> / {hosts.length}</span>
        </Total>
        <Total label="Containers running" note={failed === 0 ? undefined : `${failed} failed`}>
          {running}
          <span className="text-faint"> / {containers.length}</span>
        </Total>
        <Total label="CPU in use, cores">
          <Figure
            label="CPU in use"
            origin={sumOrigin(heard.map(({ host, two }) => ({ host, origin: cpuOrigin(two) })))}
          >
            {cpus === 0 ? UNKNOWN : busyCores.toFixed(1)}
            <span className="text-faint"> / {cpus}</span>
          </Figure>
        </Total>
        <Total label="Memory in use, GiB">
          <Figure
            label="Memory in use"
            origin={sumOrigin(heard.map(({ host, two }) => ({ host, origin: memoryOrigin(two) })))}
          >
            {totalBytes === 0 ? UNKNOWN : gibi(usedBytes)}
            <span className="text-faint"> / {gibi(totalBytes)}</span>
          </Figure>
        </Total>
      </dl>
      <NeedsNow items={attention} />
    </div>
  );
}
