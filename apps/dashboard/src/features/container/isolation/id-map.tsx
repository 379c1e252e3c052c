import type { IdMapEntry } from '@vitrine/protocol';
import { idBands } from './isolation-view.ts';

/** Which ids inside are which on the host, as two columns joined by bands. */
export function IdMap({ title, map }: { title: string; map: readonly IdMapEntry[] }) {
  const bands = idBands(map);
  const height = 64;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 text-xs font-semibold">{title}</figcaption>
      {bands.length === 0 ? <p className="text-muted">The kernel did not tell.</p> : null}
      <div className="space-y-2">
        {bands.map(({ inside, outside, count, identity }) => (
          <div key={inside.from} className="grid grid-cols-[minmax(0,1fr)_56px_minmax(0,1fr)]">
            <Ends label="inside" from={inside.from} to={inside.to} tone="border-series-1" />
            <svg aria-hidden width="100%" height={height} viewBox={`0 0 56 ${height}`} preserveAspectRatio="none">
              <path
                d={
                  identity
                    ? `M0 0H56V${height}H0Z`
                    : `M0 0C28 0 28 10 56 10V${height - 10}C28 ${height - 10} 28 ${height} 0 ${height}Z`
                }
                fill={identity ? 'var(--warn)' : 'var(--series-1)'}
                fillOpacity="0.18"
              />
            </svg>
            <Ends
              label="on the host"
              from={outside.from}
              to={outside.to}
              tone={identity ? 'border-warn' : 'border-series-2'}
            />
            <p className="col-span-3 text-xs text-muted figures">
              {count.toLocaleString('en-US').replaceAll(',', ' ')} ids{identity ? ', the same on both sides' : ''}
            </p>
          </div>
        ))}
      </div>
    </figure>
  );
}

const Ends = ({ label, from, to, tone }: { label: string; from: number; to: number; tone: string }) => (
  <div className={`flex h-16 flex-col justify-between border-x-2 px-1.5 ${tone}`}>
    <span className="kernel truncate leading-4">{from}</span>
    <span className="text-xs text-muted">{label}</span>
    <span className="kernel truncate leading-4">{to}</span>
  </div>
);
