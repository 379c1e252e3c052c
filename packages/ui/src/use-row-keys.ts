import { useEffect, useRef, useState, type KeyboardEvent as ReactKeyboardEvent } from 'react';

/** Whether the keyboard belongs to something that takes text, or to a dialog in front. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input, textarea, select, [role="menu"] *, [role="menu"], .xterm *') ||
    target.closest('[role="dialog"], [role="alertdialog"]') !== null
  );
}

type RowKeys = {
  keys: readonly string[];
  onOpen: ((key: string) => void) | undefined;
  scrollTo: (index: number) => void;
  /** Called before the selection moves. */
  onMove: () => void;
  /** False where another list of the page owns j and k. */
  enabled: boolean;
};

/** j, k and the arrows move a row's focus; Enter opens it. */
export function useRowKeys({ keys, onOpen, scrollTo, onMove, enabled }: RowKeys) {
  const [current, setCurrent] = useState<string | null>(null);
  const wanted = useRef(false);
  const body = useRef<HTMLDivElement>(null);

  const move = (step: number): void => {
    if (keys.length === 0) return;
    const at = current === null ? -1 : keys.indexOf(current);
    const index = Math.min(keys.length - 1, Math.max(0, at === -1 ? (step > 0 ? 0 : keys.length - 1) : at + step));
    const key = keys[index];
    if (key === undefined) return;
    onMove();
    wanted.current = true;
    setCurrent(key);
    scrollTo(index);
  };
  const latest = useRef({ move });
  useEffect(() => {
    latest.current = { move };
  });

  useEffect(() => {
    if (!wanted.current || current === null) return;
    // A row far away is rendered only after the scroll; until then this finds nothing and the next render tries again.
    const row = body.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(current)}"]`);
    if (row === null || row === undefined) return;
    wanted.current = false;
    row.focus({ preventScroll: true });
  });

  useEffect(() => {
    if (!enabled) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key !== 'j' && event.key !== 'k') return;
      event.preventDefault();
      latest.current.move(event.key === 'j' ? 1 : -1);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [enabled]);

  const onRowKey = (event: ReactKeyboardEvent, key: string): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && onOpen !== undefined) {
      event.preventDefault();
      onOpen(key);
    }
  };

  return { body, current: current !== null && keys.includes(current) ? current : null, setCurrent, onRowKey };
}
