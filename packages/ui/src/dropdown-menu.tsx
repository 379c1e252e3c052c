import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

type DropdownMenuProps = { trigger: ReactNode; children: ReactNode; align?: 'start' | 'end'; label?: string };

export function DropdownMenu({ trigger, children, align = 'end', label }: DropdownMenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          {...(label === undefined ? {} : { 'aria-label': label })}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 animate-pop rounded-lg border bg-panel p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type MenuItemProps = {
  children: ReactNode;
  icon?: ReactNode;
  onSelect?: () => void;
  danger?: boolean;
  /** Greyed, and says why in a second line. */
  disabledReason?: string | undefined;
  hint?: ReactNode;
  /** Renders its one child, a link. */
  asChild?: boolean;
};

export function MenuItem({
  children,
  icon,
  onSelect,
  danger = false,
  disabledReason,
  hint,
  asChild = false,
}: MenuItemProps) {
  const look = cn(
    'flex min-h-7 cursor-pointer items-center gap-2 rounded-md px-2 py-1 text-sm outline-none select-none touch:min-h-11',
    'data-[highlighted]:bg-hover aria-disabled:cursor-not-allowed aria-disabled:text-faint',
    danger && 'text-bad',
  );
  if (asChild) {
    return (
      <Radix.Item asChild className={look} {...(onSelect === undefined ? {} : { onSelect })}>
        {children}
      </Radix.Item>
    );
  }
  return (
    <Radix.Item
      aria-disabled={disabledReason === undefined ? undefined : true}
      onSelect={(event) => {
        if (disabledReason === undefined) onSelect?.();
        else event.preventDefault();
      }}
      className={look}
    >
      {icon}
      <span className="min-w-0 flex-1">
        {children}
        {disabledReason === undefined ? null : (
          <span className="block max-w-60 text-xs text-muted">{disabledReason}</span>
        )}
      </span>
      {hint}
    </Radix.Item>
  );
}

export const MenuSeparator = () => <Radix.Separator className="my-1 h-px bg-line" />;
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 py-1 text-xs text-muted">{children}</Radix.Label>
);
