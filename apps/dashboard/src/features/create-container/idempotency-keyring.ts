import type { ErrorCode } from '@vitrine/protocol';

/** Nobody knows whether the request was done: asking again must carry the same key. */
const UNANSWERED: readonly ErrorCode[] = ['host-offline', 'host-timeout', 'internal'];

/** Unlike crypto.randomUUID this exists on pages served by plain HTTP, too. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * One key for one request: a double click, or a retry after a lost answer, makes one container. A request that was
 * changed, or that was answered with a refusal, is another request.
 */
export class IdempotencyKeyring {
  #request = '';
  #key = '';

  keyFor(request: unknown): string {
    const text = JSON.stringify(request);
    if (text !== this.#request || this.#key === '') {
      this.#request = text;
      this.#key = randomKey();
    }
    return this.#key;
  }

  answered(code: ErrorCode): void {
    if (!UNANSWERED.includes(code)) this.#key = '';
  }
}
