import { expect, test } from 'vitest';
import { columnsThatFit } from './columns-that-fit.ts';

const columns = [
  { id: 'name', width: 'minmax(100px, 1fr)' },
  { id: 'image', width: 'minmax(90px, 1fr)', fromWidth: 300 },
  { id: 'pids', width: '50px', fromWidth: 400 },
  { id: 'menu', width: '28px' },
];
const idsAt = (width: number): string[] => columnsThatFit(columns, width).map(({ id }) => id);

test('a column is there from the width it asks for', () => {
  expect(idsAt(500)).toEqual(['name', 'image', 'pids', 'menu']);
  expect(idsAt(399)).toEqual(['name', 'image', 'menu']);
  expect(idsAt(299)).toEqual(['name', 'menu']);
});

test('no column stands out of the table: the one that asks for the most width leaves first', () => {
  const wide = columns.map((column) => ({ ...column, fromWidth: column.id === 'name' ? 0 : (column.fromWidth ?? 0) }));

  // 100 + 90 + 50 + 28, three gaps of 12 and 24 at the sides are 328.
  expect(columnsThatFit(wide, 500)).toHaveLength(4);
  const eager = wide.map((column) => ({ ...column, fromWidth: Math.min(column.fromWidth, 310) }));
  expect(columnsThatFit(eager, 328).map(({ id }) => id)).toEqual(['name', 'image', 'pids', 'menu']);
  expect(columnsThatFit(eager, 327).map(({ id }) => id)).toEqual(['name', 'image', 'menu']);
});

test('what has to be there stays, however narrow', () => {
  expect(idsAt(40)).toEqual(['name', 'menu']);
});
