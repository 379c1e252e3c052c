'use client';
import { TooltipProvider, Toaster } from '@vitrine/ui';
import { ThemeProvider, useTheme } from 'next-themes';
import type { ReactNode } from 'react';
import { HubProvider } from '../../trpc/client.tsx';

function ThemedToaster() {
  const { resolvedTheme } = useTheme();
  return <Toaster theme={resolvedTheme === 'dark' ? 'dark' : 'light'} />;
}

/** What every page stands in: theme, tooltips, the hub. */
export const Providers = ({ children }: { children: ReactNode }) => (
  <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
    <TooltipProvider>
      <HubProvider>{children}</HubProvider>
      <ThemedToaster />
    </TooltipProvider>
  </ThemeProvider>
);
