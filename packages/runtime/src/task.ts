/** The running half of a container: PID 1 and the shim above it. */
import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';
import {
  decodeTotalNs,
  decodeTrace,
  LaunchFailedError,
  readExitRecord,
  ShimGoneError,
  ShimRefusedError,
  TRACE_HEADER,
  TraceFormatError,
  type DecodedTrace,
  type ExitRecord,
  type ShimClient,
} from '@vitrine/shim';
import { launchFailedAtStep, shimVanished } from './launch-error.ts';

export type TaskPlaces = { taskDirectory: string; containerDirectory: string };

export interface Task {
  readonly id: string;
  /** Host PID of PID 1. */
  readonly pid: number;
  readonly shimPid: number;
  /** Epoch milliseconds of the exec; null while it waits for `start`. */
  startedAtMs(): Promise<number | null>;
  /** First step to exec; null before, and when the trace is not one that we can read. */
  launchNs(): number | null;
  /** Lets a created container run. Rejects LaunchError; DomainError 'precondition-failed' when it was started before. */
  start(): Promise<void>;
  /** To PID 1, by the shim, so that the exit record knows. DomainError 'precondition-failed' when there is none any more. */
  kill(signal: number): Promise<void>;
  /** SIGKILL for everybody in the container's cgroup; answers how many were seen. */
  killAll(): Promise<number>;
  /** Null: the shim vanished without a record; whatever was left of the container has been killed. Never rejects. */
  readonly exited: Promise<ExitRecord | null>;
  /** Stops watching. The container lives on. `exited` stays unanswered then. */
  close(): void;
}

export type TaskParts = TaskPlaces & {
  id: string;
  pid: number;
  shimPid: number;
  /** Null when the shim had not told yet. */
  startedAtMs: number | null;
  client: ShimClient;
  killAll: () => Promise<number>;
};

/** Undefined when there is none (any more). Throws TraceFormatError for one of another version. */
export async function readTraceFile(taskDirectory: string): Promise<DecodedTrace | undefined> {
  try {
    return decodeTrace(await readFile(join(taskDirectory, 'trace')));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** For explaining a failure, which must not fail over a trace that cannot be read. */
export async function findTrace(taskDirectory: string): Promise<DecodedTrace | undefined> {
  try {
    return await readTraceFile(taskDirectory);
  } catch (error) {
    if (error instanceof TraceFormatError) return undefined;
    throw error;
  }
}

/** Of all the trace only the number that stands in its head: the steps are for people who ask. */
function readTotalNs(taskDirectory: string): number | null {
  const header = Buffer.alloc(TRACE_HEADER.size_of);
  try {
    const file = openSync(join(taskDirectory, 'trace'), 'r');
    try {
      return decodeTotalNs(header.subarray(0, readSync(file, header)));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof TraceFormatError || isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

export class ShimTask implements Task {
  readonly id: string;
  readonly pid: number;
  readonly shimPid: number;
  readonly exited: Promise<ExitRecord | null>;
  readonly #parts: TaskParts;
  #closedByUs = false;

  constructor(parts: TaskParts) {
    this.id = parts.id;
    this.pid = parts.pid;
    this.shimPid = parts.shimPid;
    this.#parts = parts;
    this.exited = this.#watch();
  }

  async startedAtMs(): Promise<number | null> {
    if (this.#parts.startedAtMs !== null) return this.#parts.startedAtMs;
    try {
      return (await this.#parts.client.state()).startedAtMs;
    } catch (error) {
      if (error instanceof ShimGoneError) return (await this.#record())?.startedAtMs ?? null;
      throw error;
    }
  }

  launchNs(): number | null {
    return readTotalNs(this.#parts.taskDirectory);
  }

  async start(): Promise<void> {
    try {
      await this.#parts.client.start();
    } catch (error) {
      throw await this.#explainStart(error);
    }
  }

  async kill(signal: number): Promise<void> {
    try {
      await this.#parts.client.kill(signal);
    } catch (error) {
      if (!(error instanceof ShimGoneError || error instanceof ShimRefusedError)) throw error;
      throw new DomainError('precondition-failed', {
        message: `Signal ${signal} was not sent: the container's PID 1 has ended.`,
        cause: error,
      });
    }
  }

  killAll(): Promise<number> {
    return this.#parts.killAll();
  }

  close(): void {
    this.#closedByUs = true;
    this.#parts.client.close();
  }

  async #explainStart(error: unknown): Promise<unknown> {
    const trace = await findTrace(this.#parts.taskDirectory);
    if (error instanceof LaunchFailedError) return launchFailedAtStep(error.failure, trace, error);
    if (error instanceof ShimGoneError) return shimVanished(trace, error);
    if (!(error instanceof ShimRefusedError)) return error;
    return new DomainError('precondition-failed', { message: 'The container was started before.', cause: error });
  }

  /** The record comes before the connection's end; an end without one means that the shim was killed. */
  #watch(): Promise<ExitRecord | null> {
    const { promise, resolve } = Promise.withResolvers<ExitRecord | null>();
    this.#parts.client.once('exited', resolve);
    this.#parts.client.once('closed', () => {
      if (!this.#closedByUs) void this.#afterShim().then(resolve, () => resolve(null));
    });
    return promise;
  }

  /**
   * PID 1 asked the kernel to be killed with its shim, but a program may take that back (prctl, or a set-user-ID exec):
   * its cgroup is emptied, so that nothing runs unwatched.
   */
  async #afterShim(): Promise<ExitRecord | null> {
    const record = await this.#record();
    if (record === undefined) await this.#parts.killAll();
    return record ?? null;
  }

  #record(): Promise<ExitRecord | undefined> {
    return readExitRecord(this.#parts.containerDirectory, this.#parts.taskDirectory);
  }
}
