/** Two things that no parser sees: a peer that is silent, and one that says too much. */
import type { RawData, WebSocket } from 'ws';

const PING_EVERY_MS = 5_000;
const SILENT_FOR_MS = 15_000;
const WINDOW_MS = 10_000;
const MAX_FRAMES = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** A text frame as text; `ws` gives it in one of three forms. */
export const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8');

const sizeOf = (data: RawData): number =>
  Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;

/** Calls `cutOff` once with the reason. Ends with the socket. */
export function watchSocket(socket: WebSocket, now: () => number, cutOff: (why: string) => void): void {
  let heardAtMs = now();
  let windowFromMs = now();
  let frames = 0;
  let bytes = 0;
  const heard = (): void => {
    heardAtMs = now();
  };
  const count = (data: RawData): void => {
    heard();
    if (heardAtMs - windowFromMs >= WINDOW_MS) {
      windowFromMs = heardAtMs;
      frames = 0;
      bytes = 0;
    }
    frames += 1;
    bytes += sizeOf(data);
    if (frames > MAX_FRAMES || bytes > MAX_BYTES) {
      cutOff(`it sent ${frames} frames and ${bytes} bytes within ${WINDOW_MS / 1000} s`);
    }
  };
  const timer = setInterval(() => {
    if (now() - heardAtMs >= SILENT_FOR_MS) cutOff(`it was silent for ${SILENT_FOR_MS / 1000} s`);
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_EVERY_MS);
  socket.on('message', count);
  socket.on('pong', heard);
  socket.on('ping', heard);
  socket.on('close', () => clearInterval(timer));
}
