import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useSyncExternalStore, type RefObject } from 'react';
import { useWidth } from './use-width.ts';

const COARSE = '(pointer: coarse)';
const DENSE = 32;
const TOUCH = 44;

const useRowHeight = (): number =>
  useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(COARSE);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => (window.matchMedia(COARSE).matches ? TOUCH : DENSE),
    () => DENSE,
  );

type VirtualRows = {
  /** On the element that holds the rows. */
  ref: RefObject<HTMLDivElement | null>;
  /** 0 until it was measured. */
  width: number;
  rowHeight: number;
  totalHeight: number;
  /** The rows to render, and how far down each stands. */
  items: readonly { index: number; offset: number }[];
  scrollTo: (index: number) => void;
};

/** Of `count` rows the few that can be seen; the page itself scrolls. `height` overrides the row height. */
export function useVirtualRows(count: number, height?: number): VirtualRows {
  const box = useWidth<HTMLDivElement>();
  const natural = useRowHeight();
  const rowHeight = height === undefined || natural === TOUCH ? natural : height;
  // oxlint-disable-next-line react/incompatible-library -- we do not compile with React Compiler
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 16,
    scrollMargin: box.top,
    scrollPaddingStart: 96,
    scrollPaddingEnd: 8,
  });
  return {
    ref: box.ref,
    width: box.width,
    rowHeight,
    totalHeight: virtual.getTotalSize(),
    items: virtual.getVirtualItems().map(({ index, start }) => ({ index, offset: start - box.top })),
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  };
}
