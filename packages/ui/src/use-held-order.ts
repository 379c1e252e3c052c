import { useCallback, useMemo, useState, type PointerEvent } from 'react';

export type HeldRow<Row> = {
  key: string;
  row: Row;
  /** It is no longer there, and only keeps its place. */ gone: boolean;
};

type Snapshot<Row> = { order: readonly string[]; rows: ReadonlyMap<string, Row> };

/** The rows in the order of `snapshot`, with today's values; what came since stands at the end. */
export function holdOrder<Row>(
  sorted: readonly Row[],
  rowKey: (row: Row) => string,
  snapshot: Snapshot<Row> | null,
): HeldRow<Row>[] {
  if (snapshot === null) return sorted.map((row) => ({ key: rowKey(row), row, gone: false }));
  const today = new Map(sorted.map((row) => [rowKey(row), row]));
  const held: HeldRow<Row>[] = [];
  for (const key of snapshot.order) {
    const row = today.get(key) ?? snapshot.rows.get(key);
    if (row !== undefined) held.push({ key, row, gone: !today.has(key) });
  }
  for (const [key, row] of today) {
    if (!snapshot.rows.has(key)) held.push({ key, row, gone: false });
  }
  return held;
}

/** Keeps every row in its place while the pointer is among them: a new order waits until it leaves, or for a key. */
export function useHeldOrder<Row>(sorted: readonly Row[], rowKey: (row: Row) => string) {
  const [snapshot, setSnapshot] = useState<Snapshot<Row> | null>(null);
  const rows = useMemo(() => holdOrder(sorted, rowKey, snapshot), [sorted, rowKey, snapshot]);
  const hold = useCallback(() => {
    setSnapshot({ order: sorted.map(rowKey), rows: new Map(sorted.map((row) => [rowKey(row), row])) });
  }, [sorted, rowKey]);

  return {
    rows,
    /** Takes the newest order and holds that one. */
    renew: () =>
      setSnapshot((held) =>
        held === null ? null : { order: sorted.map(rowKey), rows: new Map(sorted.map((row) => [rowKey(row), row])) },
      ),
    pointer: {
      onPointerEnter: (event: PointerEvent) => {
        if (event.pointerType === 'mouse') hold();
      },
      onPointerLeave: () => setSnapshot(null),
    },
  };
}
