import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import type { Prompt } from './context.ts';

/** Takes the terminal's echo and gives nothing back, so that a password never stands on the screen. */
const silent = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });

async function ask(input: ReadStream, output: Writable, question: string, echo: boolean): Promise<string> {
  output.write(question);
  const reader = createInterface({ input, output: echo ? output : silent(), terminal: true });
  try {
    return await reader.question('');
  } finally {
    reader.close();
    if (!echo) output.write('\n');
  }
}

/** Asks on standard error, so that standard output holds answers only. */
export function terminalPrompt(input: ReadStream, output: Writable): Prompt {
  return {
    isPossible: input.isTTY,
    line: (question) => ask(input, output, question, true),
    secret: (question) => ask(input, output, question, false),
  };
}
