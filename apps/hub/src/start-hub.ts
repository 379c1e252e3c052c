/** A whole hub from its parts, short of the process around it: for main, for tests, for the fake fleet. */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openDb } from '@vitrine/db';
import { EventFeed, Fleet, type Hub } from '@vitrine/services';
import type { Logger } from 'pino';
import { createAgentGate } from './agent-link/agent-gate.ts';
import { createAuth } from './auth/create-auth.ts';
import { ensureFirstAdmin, type FirstAdmin } from './auth/first-admin.ts';
import { databasePath, prepareDataDir, readSecret } from './data-dir.ts';
import { mountDashboard } from './http/dashboard.ts';
import { createHubServer } from './http/hub-server.ts';
import { HUB_VERSION } from './version.ts';

/** How often those are looked for who have fallen silent. */
const TICK_MS = 500;

export interface HubOptions {
  dataDir: string;
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** As others reach it; by default as it listens. */
  publicUrl?: string;
  dashboardDir?: string;
  development?: boolean;
  log: Logger;
  now?: () => number;
  /** For tests and demonstrations: the first admin's password, not to be changed at first sign-in. */
  adminPassword?: string;
  signInsPerMinute?: number;
  sessionRecheckMs?: number;
}

/** Something outside the hub keeps it from starting; `mend` says what to do about it. */
export class CannotStartError extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

function checkDashboard(dir: string, development: boolean): void {
  if (!development && !existsSync(join(dir, '.next', 'BUILD_ID'))) {
    throw new CannotStartError(
      `there is no built dashboard in ${dir}`,
      'build it with "next build", or leave out --dashboard-dir',
    );
  }
}

export interface RunningHub {
  /** As others reach it. */
  url: string;
  /** Where it listens. */
  address: string;
  hub: Hub;
  /** null when there were users already. */
  firstAdmin: FirstAdmin | null;
  close(): Promise<void>;
}

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  server.off('error', reject);
  return server;
}

export async function startHub(options: HubOptions): Promise<RunningHub> {
  const { dataDir, host, log, development = false, now = Date.now } = options;
  if (options.dashboardDir !== undefined) checkDashboard(options.dashboardDir, development);
  prepareDataDir(dataDir);
  const db = openDb(databasePath(dataDir));
  const fleet = new Fleet(now);
  for (const record of await db.stores.hosts.list()) fleet.add(record);
  const server = await listen(options.port, host).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const publicUrl = (options.publicUrl ?? `http://${host}:${port}`).replace(/\/$/, '');
  const hub: Hub = { stores: db.stores, fleet, eventFeed: new EventFeed(), publicUrl, now };
  const auth = createAuth({
    prisma: db.prisma,
    secret: readSecret(dataDir),
    publicUrl,
    signInsPerMinute: options.signInsPerMinute ?? 10,
  });
  const gate = createAgentGate(hub, log);
  const parts = {
    hub,
    auth,
    prisma: db.prisma,
    gate,
    log,
    version: HUB_VERSION,
    development,
    sessionRecheckMs: options.sessionRecheckMs ?? 30_000,
  };
  const http = createHubServer(parts, server);
  const ticking = setInterval(() => fleet.tick(), TICK_MS);
  if (options.dashboardDir !== undefined) {
    const { dashboardDir: dir } = options;
    http.mount(await mountDashboard(server, { dir, development, hostname: host, port }));
  }
  // Last, for its password is said once: nothing may fail after it was made.
  const firstAdmin = await ensureFirstAdmin(db.prisma, options.adminPassword);
  return {
    url: publicUrl,
    address: `http://${host}:${port}`,
    hub,
    firstAdmin,
    async close() {
      clearInterval(ticking);
      await http.close();
      await db.close();
    },
  };
}
