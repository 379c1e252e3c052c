/**
 * tRPC in reverse: the agent dialled this socket and serves its router on it, the hub is the client.
 *
 * tRPC's own WebSocket client is made for browsers: it reconnects, waits to batch, keeps subscriptions pending over a
 * lost connection, and throws out of its message listener on a frame that is not JSON. None of that may happen here, so
 * these are the frames themselves; the tests run them against tRPC's own server.
 */
import { DomainError, ErrorBody } from '@vitrine/protocol';
import type { HostTransport } from '@vitrine/services';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { createOutbox } from './outbox.ts';
import { textOf } from './watch-socket.ts';

const Failure = z.object({ message: z.string(), data: z.object({ error: ErrorBody.optional() }).optional() });
const Result = z.discriminatedUnion('type', [
  z.object({ type: z.literal('data'), data: z.unknown() }),
  z.object({ type: z.literal('started') }),
  z.object({ type: z.literal('stopped') }),
]);
const Frame = z.union([
  z.object({ id: z.number().int(), result: Result }),
  z.object({ id: z.number().int().nullable(), error: Failure }),
]);
type Frame = z.infer<typeof Frame>;

/** How many unread items one stream may pile up before the host is cut off. */
const UNREAD_LIMIT = 10_000;

interface Waiting {
  result(data: unknown): void;
  stopped(): void;
  fail(error: Error): void;
}

const connectionLost = (hostName: string): DomainError =>
  new DomainError('host-offline', {
    message: `The connection to host ${hostName} was lost.`,
    mend: 'Wait until it is back, then repeat the request with the same idempotency key.',
  });

/** A failure that the host did not put into words is a defect there. */
const toError = (hostName: string, failure: z.infer<typeof Failure>): DomainError =>
  failure.data?.error === undefined
    ? new DomainError('internal', {
        message: `Something unexpected happened on host ${hostName}.`,
        mend: "That host's agent log has the details.",
        cause: failure.message,
      })
    : DomainError.fromBody(failure.data.error);

function parseFrame(text: string): Frame | undefined {
  try {
    return Frame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Takes over a socket whose handshake is done. `cutOff` ends the connection and says why in the log. */
export class AgentTransport implements HostTransport {
  readonly close: (why: string) => void;
  readonly #socket: WebSocket;
  readonly #hostName: string;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(socket: WebSocket, hostName: string, cutOff: (why: string) => void) {
    this.close = cutOff;
    this.#socket = socket;
    this.#hostName = hostName;
    socket.on('message', (data: RawData, isBinary) => this.#receive(isBinary ? '' : textOf(data)));
    socket.on('close', () => {
      for (const one of this.#waiting.values()) one.fail(connectionLost(hostName));
      this.#waiting.clear();
    });
  }

  async request(type: 'query' | 'mutation', procedure: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = this.#ask(type, procedure, input, { result: resolve, stopped: () => undefined, fail: reject });
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    try {
      return await promise;
    } finally {
      this.#waiting.delete(id);
    }
  }

  async *stream(procedure: string, input: unknown, signal: AbortSignal): AsyncGenerator<unknown> {
    if (signal.aborted) return;
    const outbox = createOutbox<unknown>(UNREAD_LIMIT);
    const result = (data: unknown): void => {
      if (!outbox.push(data)) this.close(`it sends ${procedure} faster than the hub can take`);
    };
    const id = this.#ask('subscription', procedure, input, { result, stopped: outbox.end, fail: outbox.fail });
    signal.addEventListener('abort', outbox.end, { once: true });
    try {
      yield* outbox.read();
    } finally {
      signal.removeEventListener('abort', outbox.end);
      if (this.#waiting.delete(id) && this.#socket.readyState === this.#socket.OPEN) {
        this.#socket.send(JSON.stringify({ id, method: 'subscription.stop' }));
      }
    }
  }

  #ask(method: string, path: string, input: unknown, one: Waiting): number {
    if (this.#socket.readyState !== this.#socket.OPEN) throw connectionLost(this.#hostName);
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, one);
    this.#socket.send(JSON.stringify({ id: this.#lastId, method, params: { path, input } }));
    return this.#lastId;
  }

  #receive(text: string): void {
    if (text === 'PING') this.#socket.send('PONG');
    if (text === 'PING' || text === 'PONG') return;
    const frame = parseFrame(text);
    if (frame === undefined) this.close('it sent a frame that is not a tRPC answer');
    else this.#deliver(frame);
  }

  #deliver(frame: Frame): void {
    const one = frame.id === null ? undefined : this.#waiting.get(frame.id);
    // An answer that came after its deadline.
    if (one === undefined || frame.id === null) return;
    if ('error' in frame) {
      this.#waiting.delete(frame.id);
      one.fail(toError(this.#hostName, frame.error));
    } else if (frame.result.type === 'data') {
      one.result(frame.result.data);
    } else if (frame.result.type === 'stopped') {
      this.#waiting.delete(frame.id);
      one.stopped();
    }
  }
}
