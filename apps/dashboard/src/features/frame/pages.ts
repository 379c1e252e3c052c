import { Boxes, ClipboardList, History, LayoutGrid, Settings, type LucideIcon } from 'lucide-react';
import type { Role } from '@vitrine/protocol';

export type PageLink = {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after g. */ chord: string;
  needs?: Role;
};

/** The pages of the sidebar, the palette and the g-chords. */
export const PAGES: readonly PageLink[] = [
  { href: '/', label: 'Fleet', icon: LayoutGrid, chord: 'f' },
  { href: '/containers', label: 'Containers', icon: Boxes, chord: 'c' },
  { href: '/events', label: 'Events', icon: History, chord: 'e' },
  { href: '/audit', label: 'Audit', icon: ClipboardList, chord: 'a', needs: 'admin' },
];

export const SETTINGS: PageLink = { href: '/settings', label: 'Settings', icon: Settings, chord: 's' };

export const isActive = (href: string, path: string): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`);
