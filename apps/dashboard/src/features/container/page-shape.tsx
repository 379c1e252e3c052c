import { cn } from '@vitrine/ui';
import type { ReactNode } from 'react';

/** The shape of what is coming, with its name for those who cannot see it. */
export const PageShape = ({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) => (
  <div aria-busy="true" className={cn(className)}>
    <p className="sr-only">{label}</p>
    {children}
  </div>
);
