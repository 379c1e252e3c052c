import { expect, test } from 'vitest';
import { formatLines, parseLines, parsePair } from './lines.ts';

test('blank lines between entries mean nothing', () => {
  expect(parseLines('A=1\n\n  \nB=2\n')).toEqual(['A=1', 'B=2']);
});

test.each([[['KEY=-----BEGIN-----\nabc\n-----END-----', 'B=2']], [['DIR=C:\\', 'B=\\\\']], [['A=ends in\\\nslash\\']]])(
  'entries %j come back unchanged after being shown in the form',
  (entries) => {
    expect(parseLines(formatLines(entries))).toEqual(entries);
  },
);

test('a value may hold an equals sign, a name may not be missing', () => {
  expect(parsePair('OPTS=a=b')).toEqual(['OPTS', 'a=b']);
  expect(parsePair('=b')).toBeUndefined();
  expect(parsePair('NOVALUE')).toBeUndefined();
});
