/**
 * `node apps/hub/tools/fake-fleet/main.ts`: a real hub with two hosts that are not there, for working on the dashboard without
 * root, and without Linux. Containers move, die and are explained. Everything is forgotten at the end.
 *
 * PORT [7080], VITRINE_ADMIN_PASSWORD [vitrine-demo-password], DASHBOARD_DIR (with DASHBOARD_DEV=1: by "next dev")
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueJoinToken } from '@vitrine/services';
import { startFakeHost } from '@vitrine/testing';
import { pino } from 'pino';
import { startHub } from '../../src/start-hub.ts';
import { inhabit } from './inhabit.ts';

const env = process.env;
const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-fake-fleet-'));
const log = pino({ level: env['LOG_LEVEL'] ?? 'warn' }, pino.destination(2));
const running = await startHub({
  dataDir,
  host: '127.0.0.1',
  port: Number(env['PORT'] ?? 7080),
  log,
  adminPassword: env['VITRINE_ADMIN_PASSWORD'] ?? 'vitrine-demo-password',
  signInsPerMinute: 1000,
  development: env['DASHBOARD_DEV'] === '1',
  ...(env['DASHBOARD_DIR'] === undefined ? {} : { dashboardDir: env['DASHBOARD_DIR'] }),
});

const hosts = await Promise.all(
  ['alpha', 'beta'].map(async (hostname) => {
    const { token } = await issueJoinToken(running.hub, { createdBy: 'the fake fleet', expiresInMinutes: 5 });
    const host = await startFakeHost({ hubUrl: running.url, joinToken: token, hostname });
    await inhabit(host);
    host.live();
    return host;
  }),
);

async function stop(): Promise<void> {
  for (const host of hosts) await host[Symbol.asyncDispose]();
  await running.close();
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());
console.log(JSON.stringify({ event: 'ready', url: running.url, admin: running.firstAdmin }));
