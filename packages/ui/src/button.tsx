import { cva, type VariantProps } from 'class-variance-authority';
import { Loader2 } from 'lucide-react';
import { Slot } from 'radix-ui';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Tooltip } from './tooltip.tsx';

const button = cva(
  [
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border text-sm font-medium whitespace-nowrap select-none',
    'transition-colors duration-150 touch:min-h-11',
    'aria-disabled:cursor-not-allowed aria-disabled:opacity-55 disabled:cursor-not-allowed disabled:opacity-55',
  ],
  {
    variants: {
      variant: {
        primary: 'border-transparent bg-accent text-accent-ink not-aria-disabled:hover:bg-accent-hover',
        secondary: 'border-line bg-panel text-ink not-aria-disabled:hover:bg-hover',
        ghost: 'border-transparent bg-transparent text-ink not-aria-disabled:hover:bg-hover',
        danger: 'border-bad/40 bg-panel text-bad not-aria-disabled:hover:bg-bad/10',
      },
      size: { sm: 'h-7 px-2.5', md: 'h-8 px-3', icon: 'size-7 touch:size-11' },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);

type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> &
  VariantProps<typeof button> & {
    /** Renders its one child (a link) with a button's looks. */
    asChild?: boolean;
    /** Something is under way: shows it, and takes no second click. */
    busy?: boolean;
    /** Greyed but still reachable, telling why. */
    disabledReason?: string | undefined;
  };

const refuse = (event: MouseEvent): void => {
  event.preventDefault();
  event.stopPropagation();
};

export function Button(props: ButtonProps) {
  const { variant, size, asChild = false, busy = false, disabledReason, className, children, onClick, ...rest } = props;
  const Element = asChild ? Slot.Root : 'button';
  const inert = busy || disabledReason !== undefined;
  const element = (
    <Element
      {...(asChild ? {} : { type: 'button' as const })}
      {...rest}
      aria-disabled={inert || undefined}
      aria-busy={busy || undefined}
      onClick={inert ? refuse : onClick}
      className={cn(button({ variant, size }), className)}
    >
      {asChild ? (
        children
      ) : (
        <>
          {busy ? <Loader2 aria-hidden className="size-3.5 animate-spin" /> : null}
          {children}
        </>
      )}
    </Element>
  );
  return disabledReason === undefined ? element : <Tooltip content={disabledReason}>{element}</Tooltip>;
}

type IconButtonProps = Omit<ButtonProps, 'size' | 'children' | 'aria-label'> & { label: string; children: ReactNode };

/** A button that is only an icon; its label is its name and its tooltip. */
export function IconButton({ label, variant = 'ghost', disabledReason, children, ...rest }: IconButtonProps) {
  const inert = disabledReason !== undefined;
  return (
    <Tooltip content={disabledReason ?? label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-disabled={inert || undefined}
        onClick={inert ? refuse : rest.onClick}
        className={cn(button({ variant, size: 'icon' }), rest.className)}
      >
        {children}
      </button>
    </Tooltip>
  );
}
