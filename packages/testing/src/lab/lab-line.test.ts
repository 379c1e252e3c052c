import { expect, test } from 'vitest';
import { LineCutter } from './lab-line.ts';

test('lines are whole, whatever pieces they come in', () => {
  const lines = new LineCutter();
  expect(['{"a"', ':1}\n{"b":2}\n{"c', '":3}', '\n\n'].map((piece) => lines.cut(piece))).toEqual([
    [],
    ['{"a":1}', '{"b":2}'],
    [],
    ['{"c":3}'],
  ]);
});
