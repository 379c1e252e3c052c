import { useLayoutEffect, useRef, useState } from 'react';

/** The width of an element in CSS pixels, and its distance from the top of the document. */
export function useWidth<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  const [box, setBox] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const rect = element.getBoundingClientRect();
      const next = { width: Math.floor(rect.width), top: Math.floor(rect.top + window.scrollY) };
      setBox((old) => (old.width === next.width && old.top === next.top ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // What stands above may grow (a notice, a filter's second line) without this element changing size.
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return { ref, ...box };
}
