import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteWords, splitCommandLine } from './command-line.ts';

const words = (text: string): string[] => {
  const result = splitCommandLine(text);
  if (!result.ok) throw new Error(result.message);
  return result.line.words;
};

/** What a real shell makes of it: one word a NUL-ended field. */
const wordsByShell = (text: string): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

test.each([
  'sleep 60',
  "sh -c 'echo a; echo b'",
  'sh -c "echo \\"quoted\\" and \\\\ back"',
  'a\'b\'c"d" e\\ f',
  '\'\' ""',
  '"back\\slash stays"',
  'a#b',
  '  spaced   out  ',
])('%s is split into the words a shell would make of it', (text) => {
  expect(words(text)).toEqual(wordsByShell(text));
});

test.each([[['sleep', '60']], [['sh', '-c', "echo 'it''s' \"$HOME\" | wc"]], [['', ' ', '\n', '\\']]])(
  '%j survives being written as one line and read again',
  (original) => {
    expect(words(quoteWords(original))).toEqual(original);
    expect(wordsByShell(quoteWords(original))).toEqual(original);
  },
);

test.each([
  ["echo 'oops", 'single quote'],
  ['echo "oops', 'double quote'],
  ['echo oops\\', 'backslash'],
])('%s is refused, and the unclosed part is named', (text, named) => {
  const result = splitCommandLine(text);
  expect(result).toMatchObject({ ok: false });
  expect(result.ok ? '' : result.message).toContain(named);
});

test('characters that only a shell acts on are pointed out, unless they are quoted', () => {
  expect(splitCommandLine('echo $HOME | wc > out')).toMatchObject({ line: { shellCharacters: ['$', '|', '>'] } });
  expect(splitCommandLine("sh -c 'echo $HOME | wc'")).toMatchObject({ line: { shellCharacters: [] } });
});

test('an empty line has no words', () => {
  expect(words('   ')).toEqual([]);
});
