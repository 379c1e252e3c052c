import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { CodeBlock } from './code.tsx';
import { Age } from './stale.tsx';
import { Popover } from './tooltip.tsx';

/** Where a number comes from and what was literally read. */
export type FigureOrigin = {
  /** As in `memory.current − inactive_file`. */
  formula: string;
  readings: readonly { path: string; text: string }[];
  readAtMs: number;
  /** Who read it, where that is not said by "read 2 s ago". */
  readBy?: string;
  /** Shows the same on the host. */
  command?: string;
};

type FigureProps = {
  /** What the number is, in words. */
  label: string;
  children: ReactNode;
  /** The source, once known; `loading` while it is asked for; undefined where there is none. */
  origin: FigureOrigin | 'loading' | { failed: string } | undefined;
  /** Called when somebody asks, so that sources are read only then. */
  onAsk?: () => void;
  className?: string;
};

function Origin({ label, origin }: { label: string; origin: FigureOrigin }) {
  return (
    <dl className="space-y-2.5">
      <div>
        <dt className="text-xs text-muted">{label} is</dt>
        <dd className="kernel break-words">{origin.formula}</dd>
      </div>
      {origin.readings.map(({ path, text }) => (
        <div key={path}>
          <dt className="kernel text-xs break-all text-muted">{path}</dt>
          <dd className="kernel max-h-28 overflow-y-auto rounded-sm bg-sunken px-1.5 py-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
            {text}
          </dd>
        </div>
      ))}
      <div className="text-xs text-muted">
        {origin.readBy ?? 'read'} <Age atMs={origin.readAtMs} /> ago
      </div>
      {origin.command === undefined ? null : (
        <div>
          <dt className="mb-1 text-xs text-muted">The same on the host</dt>
          <dd>
            <CodeBlock label="Command that shows the same on the host" copyLabel="Copy command" text={origin.command} />
          </dd>
        </div>
      )}
    </dl>
  );
}

/** A number that can say where it comes from: formula, path, raw reading, age, and a command to see it oneself. */
export function Figure({ label, children, origin, onAsk, className }: FigureProps) {
  if (origin === undefined && onAsk === undefined) return <span className={cn('figures', className)}>{children}</span>;
  return (
    <Popover
      label={`Source of ${label}`}
      className="w-96"
      onOpenChange={(open) => {
        if (open) onAsk?.();
      }}
      trigger={
        <button
          type="button"
          title={`${label}: show where it comes from`}
          className={cn(
            'rounded-sm text-left decoration-line-strong decoration-dotted underline-offset-4 figures hover:underline data-[state=open]:underline',
            className,
          )}
        >
          {children}
        </button>
      }
    >
      {origin === undefined || origin === 'loading' ? (
        <p className="text-muted">Reading it again…</p>
      ) : 'failed' in origin ? (
        <p className="text-bad">{origin.failed}</p>
      ) : (
        <Origin label={label} origin={origin} />
      )}
    </Popover>
  );
}
