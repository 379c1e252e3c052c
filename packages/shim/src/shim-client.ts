import { EventEmitter, once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { errnoMessage, errnoName, isErrno } from '@vitrine/kernel';
import {
  CONTROL_MESSAGE,
  decodeMessage,
  encodeRequest,
  REQUEST,
  type ControlMessage,
  type RequestType,
  type ShimState,
} from './control-layout.ts';
import type { ExitRecord } from './exit-record.ts';
import type { LaunchFailure } from './trace.ts';

/** Each at most once. `exited` comes when the record is on disk already; `closed` is always the last. */
export type ShimEvents = {
  created: [ShimState];
  launched: [ShimState];
  launchFailed: [LaunchFailure];
  exited: [ExitRecord];
  closed: [];
};

/** The plan failed at a step before exec. Nothing of the container is left; the trace has the step. */
export class LaunchFailedError extends Error {
  override readonly name = 'LaunchFailedError';
  readonly failure: LaunchFailure;

  constructor(failure: LaunchFailure) {
    const { side, index, errno, errnoNumber } = failure;
    super(`The launch failed at step ${index} of the ${side}: ${errno}, ${errnoMessage(errnoNumber)}`);
    this.failure = failure;
  }
}

/** The connection ended before an answer came: the shim was killed, or its container ended. */
export class ShimGoneError extends Error {
  override readonly name = 'ShimGoneError';
}

/** The shim, or the kernel for it, said no. */
export class ShimRefusedError extends Error {
  override readonly name = 'ShimRefusedError';
  /** As in `ESRCH`. */
  readonly code: string;

  constructor(request: string, errno: number) {
    super(`The shim refused to ${request}: ${errnoName(errno)}, ${errnoMessage(errno)}`);
    this.code = errnoName(errno);
  }
}

type Waiting = { resolve: (message: ControlMessage) => void; reject: (error: Error) => void };

/** One connection to a shim's control socket. Losing it does nothing to the container. */
export class ShimClient extends EventEmitter<ShimEvents> {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #received = Buffer.alloc(0);
  #nextId = 1;
  #failure: LaunchFailure | undefined;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    // Whatever the error, 'close' follows, and it is all that matters here.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#close());
  }

  /** Lets PID 1 go on to its exec. Rejects LaunchFailedError, or ShimRefusedError EALREADY when it did so before. */
  async start(): Promise<ShimState> {
    return (await this.#ask(REQUEST.START, 0, 'start')).state;
  }

  /** A signal to PID 1 by its pidfd; it is noted in the exit record. */
  async kill(signal: number): Promise<void> {
    await this.#ask(REQUEST.KILL, signal, `send signal ${signal}`);
  }

  async state(): Promise<ShimState> {
    return (await this.#ask(REQUEST.STATE, 0, 'tell its state')).state;
  }

  /** Asks for the unasked messages; the connection of `spawnShim` has them already. */
  async subscribe(): Promise<ShimState> {
    return (await this.#ask(REQUEST.SUBSCRIBE, 0, 'subscribe')).state;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(type: RequestType, argument: number, what: string): Promise<ControlMessage> {
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<ControlMessage>();
    if (this.#socket.destroyed) throw new ShimGoneError(`Cannot ${what}: the shim is gone.`);
    this.#waiting.set(id, { resolve, reject });
    this.#socket.write(encodeRequest(type, argument, id));
    const reply = await promise;
    if (reply.result < 0) throw new ShimRefusedError(what, -reply.result);
    return reply;
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= CONTROL_MESSAGE.size_of) {
      const message = decodeMessage(this.#received.subarray(0, CONTROL_MESSAGE.size_of));
      this.#received = this.#received.subarray(CONTROL_MESSAGE.size_of);
      this.#handle(message);
    }
  }

  #handle(message: ControlMessage): void {
    switch (message.type) {
      case 'reply':
        this.#waiting.get(message.id)?.resolve(message);
        this.#waiting.delete(message.id);
        return;
      case 'created':
        this.emit('created', message.state);
        return;
      case 'launched':
        this.emit('launched', message.state);
        return;
      case 'launchFailed':
        this.#failure = failureOf(message);
        this.emit('launchFailed', this.#failure);
        return;
      case 'exited':
        if (message.state.exit !== null) this.emit('exited', message.state.exit);
    }
  }

  #close(): void {
    const error =
      this.#failure === undefined
        ? new ShimGoneError('The connection to the shim ended before it answered.')
        : new LaunchFailedError(this.#failure);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.emit('closed');
  }
}

/** A plan that the shim could not even read has no step: it is told as one before the first. */
function failureOf(message: ControlMessage): LaunchFailure {
  const errnoNumber = -message.result;
  const side = message.failedSide ?? 'shim';
  return {
    side,
    index: message.failedSide === null ? -1 : message.failedIndex,
    errno: errnoName(errnoNumber),
    errnoNumber,
  };
}

/** Undefined when nobody listens: the container ended, or its shim was killed; then the exit record tells which. */
export async function connectShim(taskDirectory: string): Promise<ShimClient | undefined> {
  const socket = await connectIn(taskDirectory);
  if (socket === undefined) return undefined;
  const client = new ShimClient(socket);
  try {
    await client.subscribe();
    return client;
  } catch (error) {
    if (error instanceof ShimGoneError) return undefined;
    throw error;
  }
}

/** By the directory's descriptor, since a socket's address holds 107 bytes and a path may be longer. */
async function connectIn(directory: string): Promise<Socket | undefined> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    const socket = connect(`/proc/self/fd/${descriptor}/control.sock`);
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ECONNREFUSED', 'ENOTDIR')) return undefined;
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
