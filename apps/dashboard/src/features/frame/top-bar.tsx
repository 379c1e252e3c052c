'use client';
import { DropdownMenu, IconButton, KeyHint, MenuItem, MenuLabel, MenuSeparator } from '@vitrine/ui';
import { Keyboard, LogOut, Menu, Monitor, Moon, Search, Sun, UserRound } from 'lucide-react';
import { useTheme } from 'next-themes';
import Link from 'next/link';
import { useSignOut, useUser } from '../session/session.tsx';
import { ConnectionIndicator } from './connection-indicator.tsx';
import { Crumbs } from './crumbs.tsx';
import { SETTINGS } from './pages.ts';
import { useInBrowser } from './use-in-browser.ts';

const THEMES = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'system', label: 'As the system', icon: Monitor },
] as const;

function ThemeSwitch() {
  const { theme, resolvedTheme, setTheme } = useTheme();
  const inBrowser = useInBrowser();
  const Icon = inBrowser && resolvedTheme === 'dark' ? Moon : Sun;
  return (
    <DropdownMenu
      label="Theme"
      trigger={
        <IconButton label="Theme">
          <Icon aria-hidden className="size-4" />
        </IconButton>
      }
    >
      {THEMES.map(({ value, label, icon: Item }) => (
        <MenuItem
          key={value}
          icon={<Item aria-hidden className="size-4 text-muted" />}
          onSelect={() => setTheme(value)}
          hint={theme === value ? <span className="text-xs text-muted">chosen</span> : null}
        >
          {label}
        </MenuItem>
      ))}
    </DropdownMenu>
  );
}

function UserMenu({ onHelp }: { onHelp: () => void }) {
  const user = useUser();
  const signOut = useSignOut();
  const Settings = SETTINGS.icon;
  return (
    <DropdownMenu
      label="Account"
      trigger={
        <IconButton label="Account">
          <UserRound aria-hidden className="size-4" />
        </IconButton>
      }
    >
      <MenuLabel>
        <span className="block text-sm text-ink">{user.name}</span>
        <span className="block">
          {user.email} · {user.role}
        </span>
      </MenuLabel>
      <MenuSeparator />
      <MenuItem asChild>
        <Link href="/settings">
          <Settings aria-hidden className="size-4 text-muted" />
          Settings
        </Link>
      </MenuItem>
      <MenuItem
        icon={<Keyboard aria-hidden className="size-4 text-muted" />}
        hint={<KeyHint keys="?" />}
        onSelect={onHelp}
      >
        Keys
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden className="size-4 text-muted" />} onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
    </DropdownMenu>
  );
}

type TopBarProps = { onMenu: () => void; onSearch: () => void; onHelp: () => void };

export function TopBar({ onMenu, onSearch, onHelp }: TopBarProps) {
  const inBrowser = useInBrowser();
  const mac = inBrowser && navigator.platform.startsWith('Mac');
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-1 border-b bg-canvas px-4 lg:px-6">
      <IconButton label="Menu" className="-ml-2 lg:hidden" onClick={onMenu}>
        <Menu aria-hidden className="size-4" />
      </IconButton>
      <Crumbs />
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="mr-1 flex h-8 items-center gap-2 rounded-md border px-2.5 text-muted transition-colors duration-150 hover:bg-hover hover:text-ink touch:h-11 max-sm:border-transparent max-sm:px-2"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="w-24 text-left max-md:sr-only">Search</span>
        <span aria-hidden className="flex gap-0.5 max-md:hidden">
          <KeyHint keys={mac ? '⌘' : 'Ctrl'} />
          <KeyHint keys="K" />
        </span>
      </button>
      <ConnectionIndicator />
      <ThemeSwitch />
      <UserMenu onHelp={onHelp} />
    </header>
  );
}
