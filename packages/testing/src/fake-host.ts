/**
 * A host that is not there: an agent's whole conversation with a real hub, over a real socket, about a simulated
 * machine. For the hub's tests, and for looking at the dashboard on a machine that can run no container.
 */
import type { HostId } from '@vitrine/protocol';
import type { WebSocket } from 'ws';
import { dialHub, enrolFakeHost, type FakeKey, makeFakeKey } from './fake-host-link.ts';
import { FakeMachine } from './fake-host-machine.ts';
import { createFakeRouter } from './fake-host-router.ts';

export interface FakeHostOptions {
  hubUrl: string;
  joinToken: string;
  hostname?: string;
  now?: () => number;
}

export class FakeHost implements AsyncDisposable {
  readonly hostId: HostId;
  readonly machine: FakeMachine;
  readonly key: FakeKey;
  readonly #hubUrl: string;
  #socket: WebSocket | undefined;
  #beating: NodeJS.Timeout | undefined;

  constructor(hostId: HostId, machine: FakeMachine, key: FakeKey, hubUrl: string) {
    this.hostId = hostId;
    this.machine = machine;
    this.key = key;
    this.#hubUrl = hubUrl;
  }

  /** The socket to the hub, for tests that say something wrong on it. */
  get socket(): WebSocket {
    if (this.#socket === undefined) throw new Error('the fake host is not connected');
    return this.#socket;
  }

  async connect(options: { key?: FakeKey; protocolVersion?: number } = {}): Promise<void> {
    const router = createFakeRouter(this.machine);
    const { hostId, key, machine } = this;
    this.#socket = await dialHub({ hubUrl: this.#hubUrl, hostId, key, info: machine.info, router, ...options });
  }

  /** Ends the connection without a word, as a cable that is pulled would. */
  async cutOff(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.readyState === socket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.terminate();
    await closed;
  }

  /** Lets time pass by itself, once a second. */
  live(): void {
    this.#beating ??= setInterval(() => this.machine.tick(), 1000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beating);
    await this.cutOff();
  }
}

/** Enrols and connects. */
export async function startFakeHost(options: FakeHostOptions): Promise<FakeHost> {
  const { hubUrl, joinToken, hostname = 'alpha', now = Date.now } = options;
  const key = makeFakeKey();
  const hostId = await enrolFakeHost(hubUrl, joinToken, hostname, key);
  const host = new FakeHost(hostId, new FakeMachine(hostname, now), key, hubUrl);
  await host.connect();
  return host;
}
