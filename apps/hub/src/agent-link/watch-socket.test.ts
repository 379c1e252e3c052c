import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { watchSocket } from './watch-socket.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A socket whose other end says what the test says, and no more: as when a cable was pulled. */
class HalfOpenSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  pings = 0;
  ping(): void {
    this.pings += 1;
  }
}

function watched(): { socket: HalfOpenSocket; reasons: string[] } {
  const socket = new HalfOpenSocket();
  const reasons: string[] = [];
  watchSocket(socket as unknown as WebSocket, Date.now, (why) => reasons.push(why));
  return { socket, reasons };
}

test('a host that answers no ping is cut off after fifteen seconds, though its connection never closed', () => {
  const { socket, reasons } = watched();

  vi.advanceTimersByTime(10_000);
  expect(reasons).toEqual([]);
  expect(socket.pings).toBe(2);
  vi.advanceTimersByTime(5_000);

  expect(reasons).toEqual(['it was silent for 15 s']);
});

test('a host that has nothing to say but answers pings stays connected', () => {
  const { socket, reasons } = watched();

  for (let second = 0; second < 120; second += 10) {
    vi.advanceTimersByTime(10_000);
    socket.emit('pong');
  }

  expect(reasons).toEqual([]);
});

test('a connection that closed is asked for nothing more', () => {
  const { socket } = watched();

  socket.emit('close');

  expect(vi.getTimerCount()).toBe(0);
});
