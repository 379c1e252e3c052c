'use client';
import { cn, Drawer } from '@vitrine/ui';
import { useCallback, useState, type ReactNode } from 'react';
import { LiveProvider } from '../live/live.tsx';
import { SessionGate } from '../session/session.tsx';
import { OfflineNotice, useOfflineSince } from './connection-indicator.tsx';
import { CrumbsProvider } from './crumbs.tsx';
import { KeyHelp } from './key-help.tsx';
import { Palette } from './palette.tsx';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';
import { useHotKeys } from './use-hot-keys.ts';

function Main({ children }: { children: ReactNode }) {
  const offlineSince = useOfflineSince();
  return (
    <main id="main" tabIndex={-1} className="min-w-0 px-4 pt-4 pb-16 outline-none lg:px-6">
      {offlineSince === null ? null : <OfflineNotice sinceMs={offlineSince} />}
      <div className={cn(offlineSince !== null && 'stale')}>{children}</div>
    </main>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<'palette' | 'help' | 'drawer' | null>(null);
  const openPalette = useCallback(() => setOpen((now) => (now === 'palette' ? null : 'palette')), []);
  const openHelp = useCallback(() => setOpen('help'), []);
  useHotKeys({ openPalette, openHelp });
  const toggle = (what: 'palette' | 'help' | 'drawer') => (next: boolean) => setOpen(next ? what : null);

  return (
    <div className="min-h-screen lg:grid lg:grid-cols-[208px_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-md border bg-panel px-3 py-1.5 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <div className="sticky top-0 h-screen border-r max-lg:hidden">
        <Sidebar />
      </div>
      <Drawer open={open === 'drawer'} onOpenChange={toggle('drawer')} title="Menu">
        <Sidebar onGo={() => setOpen(null)} />
      </Drawer>
      <div className="min-w-0">
        <TopBar onMenu={() => setOpen('drawer')} onSearch={openPalette} onHelp={openHelp} />
        <Main>{children}</Main>
      </div>
      <Palette open={open === 'palette'} onOpenChange={toggle('palette')} />
      <KeyHelp open={open === 'help'} onOpenChange={toggle('help')} />
    </div>
  );
}

/** Sidebar, top bar, keys and palette around every page of somebody who is signed in. */
export const AppFrame = ({ children }: { children: ReactNode }) => (
  <SessionGate>
    <LiveProvider>
      <CrumbsProvider>
        <Frame>{children}</Frame>
      </CrumbsProvider>
    </LiveProvider>
  </SessionGate>
);
