import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Dashboard {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Next inside this process. In production it serves what `next build` made. */
export async function mountDashboard(
  server: Server,
  options: { dir: string; development: boolean; hostname: string; port: number },
): Promise<Dashboard> {
  const { default: next } = await import('next');
  // Its types say that a module is exported; what arrives is the function itself.
  const create = next as unknown as typeof next.default;
  const { dir, development: dev, hostname, port } = options;
  const app = create({ dev, dir, hostname, port, httpServer: server });
  await app.prepare();
  const handle = app.getRequestHandler();
  const handleUpgrade = app.getUpgradeHandler();
  return {
    answer: (request, response) => handle(request, response),
    upgrade: (request, socket, head) => handleUpgrade(request, socket, head),
    close: () => app.close(),
  };
}
