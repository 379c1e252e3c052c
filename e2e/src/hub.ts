import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Part, runToEnd, startPart } from './part.ts';
import type { Scratch } from './scratch.ts';

const HUB = 'apps/hub/src/main.ts';

/** VITRINE_E2E_DASHBOARD=none: stories without a browser need no built dashboard. */
const DASHBOARD =
  process.env['VITRINE_E2E_DASHBOARD'] === 'none' ? ['--no-dashboard'] : ['--dashboard-dir', 'apps/dashboard'];

export interface HubReady {
  readonly url: string;
  readonly firstAdmin: { readonly email: string; readonly password: string } | null;
}

export interface HubPart extends Part<HubReady> {
  readonly makeJoinToken: () => Promise<string>;
}

/** A port that was free a moment ago, on an address. */
export async function freePort(address: string): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      const at = server.address();
      if (at === null || typeof at === 'string') reject(new Error('no port'));
      else resolve(at.port);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startHub(scratch: Scratch, at: { address?: string; port?: number } = {}): Promise<HubPart> {
  const { address = '127.0.0.1' } = at;
  const port = at.port ?? (await freePort(address));
  const data = ['--data-dir', join(scratch.dir, 'hub')];
  const serve = ['serve', ...data, '--host', address, '--port', String(port), ...DASHBOARD];
  const part = await startPart<HubReady>({
    name: 'hub',
    command: [process.execPath, HUB, ...serve],
    logPath: join(scratch.dir, 'hub.log'),
  });
  return {
    ...part,
    makeJoinToken: async () => (await runToEnd([process.execPath, HUB, 'make-join-token', ...data])).trim(),
  };
}
