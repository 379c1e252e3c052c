import { Slot, ToggleGroup } from 'radix-ui';
import { useEffect, useRef, type ReactNode } from 'react';
import { cn } from './cn.ts';

/** Tabs that are pages of their own: a row of links, scrolled sideways where it does not fit. */
export function TabNav({ label, children }: { label: string; children: ReactNode }) {
  const row = useRef<HTMLUListElement>(null);
  useEffect(() => {
    row.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  return (
    <nav aria-label={label} className="mb-4 border-b">
      <ul ref={row} className="-mb-px flex gap-1 overflow-x-auto pt-0.5 pl-0.5 [scrollbar-width:none]">
        {children}
      </ul>
    </nav>
  );
}

type TabLinkProps = { active: boolean; /** One link. */ children: ReactNode };

export const TabLink = ({ active, children }: TabLinkProps) => (
  <li className="shrink-0">
    <Slot.Root
      {...(active ? { 'aria-current': 'page' as const } : {})}
      className={cn(
        'flex h-9 items-center gap-1.5 border-b-2 px-2.5 font-medium transition-colors duration-150 touch:h-11',
        active ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {children}
    </Slot.Root>
  </li>
);

type SegmentedProps<V extends string> = {
  label: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; title?: string }[];
};

/** One of a few: a view, a span of time. */
export function Segmented<V extends string>({ label, value, onChange, options }: SegmentedProps<V>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className="inline-flex rounded-md border bg-sunken p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className="flex h-6 items-center gap-1 rounded-sm px-2 text-xs text-muted transition-colors duration-150 hover:text-ink data-[state=on]:bg-panel data-[state=on]:text-ink data-[state=on]:ring-1 data-[state=on]:ring-line touch:h-10"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
