import { setTimeout as sleep } from 'node:timers/promises';

const ASK_AGAIN_MS = 50;

/**
 * Asks again until the answer is there: for what can only be asked and not be waited for (a file, a listing, REST).
 * Errors: names what was waited for and what it last said.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(ASK_AGAIN_MS);
  } while (Date.now() < deadline);
  throw new Error(`waited ${withinMs / 1000} s for ${what}; last: ${String(last)}`, { cause: last });
}
