import { isTyping } from '@vitrine/ui';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { PAGES, SETTINGS } from './pages.ts';

/** How long a g waits for its second key. */
const CHORD_MS = 1200;

type HotKeys = { openPalette: () => void; openHelp: () => void };

const focusFilter = (): boolean => {
  const filter = document.querySelector<HTMLInputElement>('[data-filter]');
  filter?.focus();
  filter?.select();
  return filter !== null;
};

/** The keys that work on every page: the palette, the filter, the help, and g with a letter. */
export function useHotKeys({ openPalette, openHelp }: HotKeys): void {
  const router = useRouter();
  const chordAt = useRef(0);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const inChord = event.timeStamp - chordAt.current < CHORD_MS;
      chordAt.current = event.key === 'g' ? event.timeStamp : -CHORD_MS;
      if (inChord) {
        const page = [...PAGES, SETTINGS].find(({ chord }) => chord === event.key);
        if (page !== undefined) router.push(page.href);
      } else if (event.key === '/') {
        if (focusFilter()) event.preventDefault();
      } else if (event.key === '?') {
        openHelp();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router, openPalette, openHelp]);
}
