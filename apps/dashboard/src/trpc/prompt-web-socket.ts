/** A peer that answers at all answers within this. */
const FAREWELL_MS = 1000;
/** A network that swallows the first packets is asked anew after this, not after the browser's minutes. */
const OPENING_MS = 6000;

/**
 * A WebSocket that is closed when it says so. The browser's own waits for the peer's farewell before it tells anybody,
 * for a minute and more where the peer is gone: the page would look live all that time.
 */
export class PromptWebSocket extends WebSocket {
  #told = false;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    setTimeout(() => {
      if (this.readyState === WebSocket.CONNECTING) this.close();
    }, OPENING_MS);
    // First in line, so that the late, true event reaches nobody who has been told.
    this.addEventListener('close', (event) => {
      if (this.#told && event.isTrusted) event.stopImmediatePropagation();
    });
  }

  override close(code?: number, reason?: string): void {
    super.close(code, reason);
    setTimeout(() => {
      if (this.readyState === WebSocket.CLOSED || this.#told) return;
      this.#told = true;
      this.dispatchEvent(new CloseEvent('close', { code: 1006, reason: 'the hub did not answer' }));
    }, FAREWELL_MS);
  }
}
