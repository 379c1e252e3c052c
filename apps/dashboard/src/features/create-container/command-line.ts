/**
 * One line of words, as a POSIX shell splits it: blanks part words, quotes keep them together, a backslash takes the
 * next character as it is. Nothing else of a shell is here: no variables, globs, pipes or redirections; a character
 * that a shell would have acted on is reported, because whoever types it expects that.
 */
interface CommandLine {
  words: string[];
  /** Characters a shell would have acted on, in order of first use: `|`, `>`, `$`. */
  shellCharacters: string[];
}

type SplitResult = { ok: true; line: CommandLine } | { ok: false; message: string };

const BLANK = /\s/;
const ACTED_ON_BY_A_SHELL = '|&;<>$`*?~#';
/** Within double quotes a backslash is special before these only. */
const ESCAPABLE_IN_DOUBLE = '"\\$`';

interface Reader {
  readonly text: string;
  at: number;
  words: string[];
  /** null between words; '' is a word, too: it was quoted. */
  word: string | null;
  shellCharacters: Set<string>;
}

export function splitCommandLine(text: string): SplitResult {
  const reader: Reader = { text, at: 0, words: [], word: null, shellCharacters: new Set() };
  while (reader.at < text.length) {
    const unfinished = readOne(reader);
    if (unfinished !== undefined) return { ok: false, message: unfinished };
  }
  endWord(reader);
  return { ok: true, line: { words: reader.words, shellCharacters: [...reader.shellCharacters] } };
}

/** Moves on by one character, escape or quoted stretch; answers what is missing if it has no end. */
function readOne(reader: Reader): string | undefined {
  const char = reader.text.charAt(reader.at);
  if (BLANK.test(char)) {
    endWord(reader);
    reader.at += 1;
    return undefined;
  }
  if (char === "'") return readSingleQuoted(reader);
  if (char === '"') return readDoubleQuoted(reader);
  if (char === '\\') {
    if (reader.at + 1 >= reader.text.length) return 'ends in a backslash: nothing follows it';
    append(reader, reader.text.charAt(reader.at + 1));
    reader.at += 2;
    return undefined;
  }
  if (ACTED_ON_BY_A_SHELL.includes(char) && (char !== '#' || reader.word === null)) reader.shellCharacters.add(char);
  append(reader, char);
  reader.at += 1;
  return undefined;
}

function readSingleQuoted(reader: Reader): string | undefined {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end === -1) return "has a single quote (') that is never closed";
  append(reader, reader.text.slice(reader.at + 1, end));
  reader.at = end + 1;
  return undefined;
}

function readDoubleQuoted(reader: Reader): string | undefined {
  append(reader, '');
  for (let at = reader.at + 1; at < reader.text.length; at += 1) {
    const char = reader.text.charAt(at);
    if (char === '"') {
      reader.at = at + 1;
      return undefined;
    }
    const next = reader.text.charAt(at + 1);
    if (char === '\\' && next !== '' && ESCAPABLE_IN_DOUBLE.includes(next)) {
      append(reader, next);
      at += 1;
    } else {
      if (char === '$' || char === '`') reader.shellCharacters.add(char);
      append(reader, char);
    }
  }
  return 'has a double quote (") that is never closed';
}

function append(reader: Reader, text: string): void {
  reader.word = (reader.word ?? '') + text;
}

function endWord(reader: Reader): void {
  if (reader.word !== null) reader.words.push(reader.word);
  reader.word = null;
}

/** One word so that a shell, and `splitCommandLine`, read it back as it is. */
export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export const quoteWords = (words: readonly string[]): string => words.map(quoteWord).join(' ');
