/** Where agents come in: from an accepted WebSocket to a host of the fleet, and out again. */
import { AGENT_LINK_MAX_BYTES, DomainError, type HostId } from '@vitrine/protocol';
import { admitHost, attendHost, createHostLink, type Hub } from '@vitrine/services';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { challenge, sendToAgent } from './handshake.ts';
import { AgentTransport } from './trpc-client.ts';
import { watchSocket } from './watch-socket.ts';

/** WebSocket close code: the hub does not want this connection. */
const POLICY = 1008;
const GOING_AWAY = 1001;

export interface AgentGate {
  server: WebSocketServer;
  /** Ends every connection and resolves when all that they had begun is written. */
  close(): Promise<void>;
}

export function createAgentGate(hub: Hub, log: Logger): AgentGate {
  const server = new WebSocketServer({ noServer: true, maxPayload: AGENT_LINK_MAX_BYTES, perMessageDeflate: false });
  const connected = new Map<HostId, (why: string) => void>();
  const attending = new Set<Promise<void>>();

  server.on('connection', (socket) => {
    // A frame too large or malformed comes here; the socket is closed right after.
    socket.on('error', (error) => log.warn({ reason: error.message }, 'agent connection broke'));
    const visit = receive(hub, log, connected, socket).finally(() => attending.delete(visit));
    attending.add(visit);
  });

  return {
    server,
    async close() {
      for (const socket of server.clients) socket.close(GOING_AWAY, 'the hub stops');
      const waited = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, 1000);
      await Promise.all(attending);
      clearTimeout(waited);
      server.close();
    },
  };
}

async function receive(
  hub: Hub,
  log: Logger,
  connected: Map<HostId, (why: string) => void>,
  socket: WebSocket,
): Promise<void> {
  try {
    const { nonce, hello } = await challenge(socket);
    const host = await admitHost(hub, nonce, hello);
    await hub.stores.hosts.noteSeen(host.id, { atMs: hub.now(), info: hello.info });
    const ended = new AbortController();
    const cutOff = (why: string): void => {
      if (ended.signal.aborted) return;
      log.warn({ host: host.name, reason: why }, 'connection to host ended by the hub');
      ended.abort();
      socket.close(POLICY, why.slice(0, 100));
      setTimeout(() => socket.terminate(), 1000).unref();
    };
    // Gone already: its close event has been, and nothing would end what begins here.
    if (socket.readyState !== socket.OPEN) return;
    connected.get(host.id)?.('a newer connection of the same host came');
    connected.set(host.id, cutOff);
    watchSocket(socket, hub.now, cutOff);
    const link = createHostLink(host.name, new AgentTransport(socket, host.name, cutOff));
    sendToAgent(socket, { type: 'welcome' });
    hub.fleet.connected(host.id, link, hello.info);
    log.info({ host: host.name, agent: hello.info.agentVersion }, 'host connected');
    try {
      await attendHost(hub, host.id, link, ended.signal);
    } catch (error) {
      const lost = error instanceof DomainError && error.code === 'host-offline';
      if (!lost) cutOff(error instanceof Error ? error.message : String(error));
    } finally {
      if (connected.get(host.id) === cutOff) connected.delete(host.id);
      hub.fleet.disconnected(host.id, link);
      await hub.stores.hosts.noteSeen(host.id, { atMs: hub.now() });
      log.info({ host: host.name }, 'host disconnected');
    }
  } catch (error) {
    refuse(log, socket, error);
  }
}

function refuse(log: Logger, socket: WebSocket, error: unknown): void {
  if (!(error instanceof DomainError)) {
    log.error({ err: error }, 'agent connection failed by a defect');
    socket.close(1011, 'internal error');
    return;
  }
  log.warn({ reason: error.message }, 'agent refused');
  if (socket.readyState === socket.OPEN) sendToAgent(socket, { type: 'refused', error: error.toBody() });
  socket.close(POLICY, 'refused');
}
