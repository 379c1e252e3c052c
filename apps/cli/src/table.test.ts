import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { makeStyle } from './context.ts';
import { type Column, printable, renderTable } from './table.ts';

interface Row {
  name: string;
  pid: number;
  command: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'PID', align: 'right', cell: ({ pid }) => String(pid) },
  { title: 'COMMAND', shrinks: true, cell: ({ command }) => command },
];

const rows: Row[] = [
  { name: 'web', pid: 7, command: 'nginx -g daemon off; --with --a --long --tail' },
  { name: 'database', pid: 12_345, command: 'postgres' },
];

test('columns stand under each other, and figures by their last digit', () => {
  expect(renderTable(columns, rows)).toBe(
    [
      'NAME        PID  COMMAND',
      'web           7  nginx -g daemon off; --with --a --long --tail',
      'database  12345  postgres',
    ].join('\n'),
  );
});

test('on a narrow terminal the command gives way and nothing wraps', () => {
  const lines = renderTable(columns, rows, 40).split('\n');

  expect(lines.every((line) => line.length <= 40)).toBe(true);
  expect(lines[1]).toContain('…');
  expect(lines[2]).toContain('postgres');
});

test('an empty list still tells what its columns are', () => {
  expect(renderTable(columns, [])).toBe('NAME  PID  COMMAND');
});

test('colours do not move a column', () => {
  const { paint } = makeStyle({ isTTY: true, columns: 80 }, undefined);
  const coloured = columns.map((column) =>
    column.title === 'NAME' ? { ...column, cell: (row: Row) => paint('good', row.name) } : column,
  );

  expect(stripVTControlCharacters(renderTable(coloured, rows))).toBe(renderTable(columns, rows));
  expect(renderTable(coloured, rows)).toContain('\u001b[32mweb');
});

test('neither a pipe nor NO_COLOR gets colours', () => {
  expect(makeStyle({ isTTY: false }, undefined).paint('bad', 'x')).toBe('x');
  expect(makeStyle({ isTTY: true }, '1').paint('bad', 'x')).toBe('x');
  expect(makeStyle({ isTTY: true }, '').paint('bad', 'x')).not.toBe('x');
});

test('a command line with escape sequences cannot write on the terminal', () => {
  expect(printable('a\u001b[2Jb\u0007')).toBe('a\ufffd[2Jb\ufffd');
});
