/**
 * The hub's process: parts are chosen here, and nowhere else is anything read from the environment. Each command loads
 * only what it needs, so that a mistyped one answers at once.
 */
import type { OpenDb } from '@vitrine/db';
import { type Arguments, parseArguments, USAGE, UsageError } from './arguments.ts';

const TOKEN_MINUTES = 60;

/**
 * Standard output is for the one line that a launcher reads; everything for people goes to standard error. Next does not
 * know that and writes where it likes, so whoever else writes to standard output is led to standard error.
 */
const write = process.stdout.write.bind(process.stdout);
const say = (line: string): boolean => write(`${line}\n`);
process.stdout.write = process.stderr.write.bind(process.stderr);

function giveUp(message: string, mend: string, code = 1): never {
  process.stderr.write(`vitrine hub: ${message}\nmend: ${mend}\n`);
  process.exit(code);
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

function explain(error: unknown, { host, port, dataDir }: Arguments): never {
  if (error instanceof Error && 'mend' in error) giveUp(error.message, String(error.mend));
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return giveUp(`port ${port} is in use`, 'stop what listens there, or choose another with --port');
    case 'EADDRNOTAVAIL':
      return giveUp(`this machine has no address ${host}`, 'choose one that it has with --host, or 0.0.0.0 for all');
    case 'EACCES':
    case 'EPERM':
      return giveUp(`no permission for ${dataDir} or port ${port}`, 'choose others with --data-dir and --port');
    case 'ENOSPC':
      return giveUp(`no space is left for ${dataDir}`, 'make room there, or choose another with --data-dir');
    default:
      throw error;
  }
}

async function serve(args: Arguments): Promise<void> {
  const [{ pino }, { startHub }] = await Promise.all([import('pino'), import('./start-hub.ts')]);
  const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination(2));
  const running = await startHub({
    dataDir: args.dataDir,
    host: args.host,
    port: args.port,
    development: args.development,
    log,
    ...(args.publicUrl === undefined ? {} : { publicUrl: args.publicUrl }),
    ...(args.dashboardDir === undefined ? {} : { dashboardDir: args.dashboardDir }),
  });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping; once more to force');
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  log.info({ url: running.url }, 'listening');
  const hostIds = running.hub.fleet.hosts().map(({ id }) => id);
  say(JSON.stringify({ event: 'ready', url: running.url, firstAdmin: running.firstAdmin, hostIds }));
}

async function openDataDir(dataDir: string): Promise<OpenDb> {
  const [{ openDb }, place] = await Promise.all([import('@vitrine/db'), import('./data-dir.ts')]);
  place.prepareDataDir(dataDir);
  return openDb(place.databasePath(dataDir));
}

/** Works beside a running hub as well: SQLite takes turns. */
async function makeJoinToken({ dataDir }: Arguments): Promise<void> {
  const { issueJoinToken } = await import('@vitrine/services');
  const db = await openDataDir(dataDir);
  const hub = { stores: db.stores, publicUrl: '', now: Date.now };
  const { token } = await issueJoinToken(hub, { createdBy: 'the command line', expiresInMinutes: TOKEN_MINUTES });
  await db.close();
  say(token);
}

async function newPassword({ dataDir, email }: Arguments): Promise<void> {
  const { resetPassword } = await import('./auth/first-admin.ts');
  const db = await openDataDir(dataDir);
  const reset = await resetPassword(db.prisma, email);
  await db.close();
  if (reset === undefined) giveUp(`there is no user ${email}`, 'name one with --email');
  say(reset.password);
}

async function run(args: Arguments): Promise<void> {
  switch (args.command) {
    case 'serve':
      return serve(args);
    case 'make-join-token':
      return makeJoinToken(args);
    case 'reset-password':
      return newPassword(args);
    case 'help':
      say(USAGE);
  }
}

try {
  const args = parseArguments(process.argv.slice(2));
  await run(args).catch((error: unknown) => explain(error, args));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  giveUp(error.message, 'see --help', 2);
}
