import type { LogLine } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { KEPT_LINES, matching, plainText, withLines } from './log-text.ts';

const out = (text: string, partial = false): LogLine => ({ atMs: 1, stream: 'stdout', text, partial });
const err = (text: string, partial = false): LogLine => ({ atMs: 2, stream: 'stderr', text, partial });
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

test('a long line that came in parts is shown as one, also across pages and with the other stream between', () => {
  const first = withLines([], [out('aaa', true), err('oops')]);
  const second = withLines(first, [out('bbb', true)]);
  const third = withLines(second, [out('ccc'), out('next')]);

  expect(texts(third)).toEqual(['aaabbbccc', 'oops', 'next']);
});

test('the page lets go of the oldest lines, not of the newest', () => {
  const many = Array.from({ length: KEPT_LINES + 5 }, (_, index) => out(`${index}`));

  expect(texts(withLines([], many)).at(0)).toBe('5');
  expect(withLines([], many)).toHaveLength(KEPT_LINES);
});

test('colours and cursor movements meant for a terminal are not shown as rubbish', () => {
  expect(plainText('\u001b[31mred\u001b[0m\tok\u001b]0;title\u0007\r')).toBe('red\tok');
});

test('lines are found by their words and by their stream', () => {
  const lines = [out('GET /'), err('GET failed'), out('done')];

  expect(texts(matching(lines, 'get', 'both'))).toEqual(['GET /', 'GET failed']);
  expect(texts(matching(lines, '', 'stderr'))).toEqual(['GET failed']);
});
