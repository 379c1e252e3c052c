import { cn } from '@vitrine/ui';
import type { ComponentProps } from 'react';

type ScrollRegionProps = Omit<ComponentProps<'section'>, 'aria-label' | 'tabIndex'> & { label: string };

/** A part of the page that scrolls by itself, and so must be reachable by keyboard. */
export const ScrollRegion = ({ label, className, ...rest }: ScrollRegionProps) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
  <section {...rest} aria-label={label} tabIndex={0} className={cn('overflow-auto', className)} />
);
