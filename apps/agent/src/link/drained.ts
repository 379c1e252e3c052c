import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** What may wait in a socket before its subscriptions wait as well. */
const MOST_WAITING_BYTES = 512 * 1024;
const LOOK_AGAIN_MS = 25;

/** Resolves when the other side has taken most of what was sent, or is gone. A WebSocket tells by no event when that is. */
export async function whenDrained(socket: WebSocket): Promise<void> {
  while (socket.bufferedAmount > MOST_WAITING_BYTES && socket.readyState === WebSocket.OPEN) await sleep(LOOK_AGAIN_MS);
}
