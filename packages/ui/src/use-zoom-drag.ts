import { useState } from 'react';

type ChartPoint = { activeLabel?: unknown };

/** A drag over a chart's time axis: what is being marked, and the chart's handlers that mark it. */
export function useZoomDrag(onZoom: ((range: { fromMs: number; toMs: number } | null) => void) | undefined) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  if (onZoom === undefined) return { drag: null, handlers: {} };

  const at = ({ activeLabel }: ChartPoint): number | null => {
    const atMs = Number(activeLabel);
    return activeLabel === undefined || Number.isNaN(atMs) ? null : atMs;
  };
  const handlers = {
    onMouseDown: (point: ChartPoint) => {
      const from = at(point);
      if (from !== null) setDrag({ from, to: from });
    },
    onMouseMove: (point: ChartPoint) => {
      const to = at(point);
      if (drag !== null && to !== null && to !== drag.to) setDrag({ from: drag.from, to });
    },
    onMouseUp: () => {
      // Less than three samples is a click, not a stretch.
      if (drag !== null && Math.abs(drag.to - drag.from) > 2500) {
        onZoom({ fromMs: Math.min(drag.from, drag.to), toMs: Math.max(drag.from, drag.to) });
      }
      setDrag(null);
    },
    onMouseLeave: () => setDrag(null),
    onDoubleClick: () => onZoom(null),
  };
  return { drag, handlers };
}
