/**
 * The WebSocket that this host dials to its hub, and dials again whenever it ends.
 *
 * Life     hub: challenge; agent: hello, signed; hub: welcome. From then on the hub is the tRPC client on this socket and the
 *          agent its server.
 * Silence  a hub that answers no ping for 15 s is taken for gone: a half-open connection would otherwise look alive.
 */
import type { AnyRouter } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import {
  AGENT_LINK_MAX_BYTES,
  AGENT_LINK_PATH,
  DomainError,
  HANDSHAKE_TIMEOUT_MS,
  HubToAgent,
  PROTOCOL_VERSION,
  type AgentToHub,
  type HostInfo,
} from '@vitrine/protocol';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { CallContext } from '../api/handlers.ts';
import { backoffMs } from './backoff.ts';
import { whenDrained } from './drained.ts';
import type { Enrolled, Identity } from './identity.ts';

const PING_EVERY_MS = 5_000;
const SILENT_AFTER_MS = 15_000;
/** A hub that knows this host and does not want it will not change its mind soon. */
const REFUSED_WAIT_MS = 60_000;
/** How often a host that no hub wants is asked whether somebody has run "vitrine join" since. */
const JOINED_LOOK_MS = 2_000;

export type HubLinkOptions = {
  identity: Identity;
  router: AnyRouter;
  hostInfo: () => HostInfo;
  log: Logger;
  /** Called when the hub refuses this host; answers whether to dial again at once (it was enrolled anew). */
  onRefused: (error: DomainError) => Promise<boolean>;
};

export class HubLink {
  readonly #options: HubLinkOptions;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;
  #refused: { hostId: string; untilMs: number } | undefined;

  constructor(options: HubLinkOptions) {
    this.#options = options;
  }

  /** Dials, and goes on dialling until `close`; before the host is enrolled it looks now and then whether it is. */
  start(): void {
    if (this.#closed) return;
    const enrolled = this.#options.identity.reload();
    const isRefused = enrolled?.hostId === this.#refused?.hostId && Date.now() < (this.#refused?.untilMs ?? 0);
    if (enrolled === undefined || isRefused) this.#again(JOINED_LOOK_MS);
    else this.#dial(enrolled);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1001, 'the agent stops');
    // A hub that does not answer the close must not hold the agent back.
    this.#socket?.terminate();
  }

  #again(waitMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.start();
    }, waitMs);
  }

  #dial(enrolled: Enrolled): void {
    const { log } = this.#options;
    const url = new URL(AGENT_LINK_PATH, enrolled.hubUrl);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, { maxPayload: AGENT_LINK_MAX_BYTES, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
    this.#socket = socket;
    const handshake = new Handshake(socket, enrolled, this.#options);
    const alive = keepAlive(socket);
    let refused: DomainError | undefined;
    handshake.done
      .then(() => {
        this.#failures = 0;
        log.info({ hub: enrolled.hubUrl }, 'connected to the hub');
      })
      .catch((error: unknown) => {
        refused = error instanceof DomainError ? error : undefined;
        socket.close();
      });
    socket.on('error', (error) => log.debug({ error: error.message }, 'the link to the hub failed'));
    socket.once('close', () => {
      alive[Symbol.dispose]();
      handshake.fail(new Error('the link closed'));
      // `done` settles first: its handlers were attached before.
      setImmediate(() => void this.#afterClose(refused));
    });
  }

  async #afterClose(refused: DomainError | undefined): Promise<void> {
    const { log, onRefused } = this.#options;
    if (this.#closed) return;
    if (refused === undefined) {
      const waitMs = backoffMs(this.#failures++, Math.random);
      log.info({ waitMs: Math.round(waitMs) }, 'no link to the hub; trying again');
      this.#again(waitMs);
      return;
    }
    log.error({ code: refused.code, mend: refused.mend }, `the hub refused this host: ${refused.message}`);
    const refusedId = this.#options.identity.enrolled?.hostId;
    const isEnrolledAnew = await onRefused(refused).catch(() => false);
    if (!isEnrolledAnew && refusedId !== undefined) {
      this.#refused = { hostId: refusedId, untilMs: Date.now() + REFUSED_WAIT_MS };
    }
    this.#again(isEnrolledAnew ? 0 : JOINED_LOOK_MS);
  }
}

/** From the challenge to the welcome; then the socket is handed to tRPC within the same turn, so that no frame is missed. */
class Handshake {
  readonly done: Promise<void>;
  readonly fail: (reason: Error) => void;
  readonly #welcome: () => void;
  readonly #socket: WebSocket;
  readonly #enrolled: Enrolled;
  readonly #options: HubLinkOptions;
  #upgrade: IncomingMessage | undefined;

  constructor(socket: WebSocket, enrolled: Enrolled, options: HubLinkOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.fail = reject;
    this.#welcome = resolve;
    this.#socket = socket;
    this.#enrolled = enrolled;
    this.#options = options;
    socket.once('upgrade', (response) => {
      this.#upgrade = response;
    });
    socket.on('message', this.#onMessage);
    const timer = setTimeout(
      () => reject(new Error('the hub did not finish the handshake in time')),
      HANDSHAKE_TIMEOUT_MS,
    );
    promise.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
  }

  readonly #onMessage = (data: RawData): void => {
    try {
      this.#take(HubToAgent.parse(JSON.parse((data as Buffer).toString('utf8'))));
    } catch (cause) {
      this.fail(new Error('the hub said something that is no handshake', { cause }));
    }
  };

  #take(message: HubToAgent): void {
    switch (message.type) {
      case 'challenge':
        this.#say(message.nonce);
        return;
      case 'refused':
        this.fail(DomainError.fromBody(message.error));
        return;
      case 'welcome':
        this.#socket.off('message', this.#onMessage);
        this.#serve();
        this.#welcome();
    }
  }

  #say(nonce: string): void {
    const { identity, hostInfo } = this.#options;
    const { hostId } = this.#enrolled;
    const signature = identity.answerChallenge(hostId, nonce);
    const hello: AgentToHub = { type: 'hello', hostId, protocolVersion: PROTOCOL_VERSION, signature, info: hostInfo() };
    this.#socket.send(JSON.stringify(hello));
  }

  #serve(): void {
    const { router, log } = this.#options;
    const serve = getWSConnectionHandler({
      router,
      // Asked for by the type and not used: the handler serves one socket, whoever made it.
      wss: new WebSocketServer({ noServer: true }),
      createContext: (): CallContext => ({ peer: null, drained: () => whenDrained(this.#socket) }),
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR') log.error({ error, path }, 'a call of the hub failed');
      },
    });
    if (this.#upgrade === undefined) throw new Error('a message came before the upgrade');
    // tRPC looks for connection parameters in the URL of the request; a response has none.
    this.#upgrade.url = '/';
    // It was made for sockets of a ws server; a client socket has the same events and methods.
    serve(this.#socket as Parameters<typeof serve>[0], this.#upgrade);
  }
}

function keepAlive(socket: WebSocket): Disposable {
  let heardAtMs = performance.now();
  const hear = () => {
    heardAtMs = performance.now();
  };
  socket.on('pong', hear).on('message', hear);
  const timer = setInterval(() => {
    if (performance.now() - heardAtMs > SILENT_AFTER_MS) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping();
  }, PING_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
