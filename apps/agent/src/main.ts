/** The composition root: the one place that reads arguments and speaks to the terminal. */
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mkdir } from 'node:fs/promises';
import { destination, pino, stdSerializers } from 'pino';
import { z } from 'zod';
import { CLI_EXIT_CODE } from '@vitrine/protocol';
import { toDomainError } from './api/to-domain-error.ts';
import { enrol } from './link/enrol.ts';
import { Identity } from './link/identity.ts';
import { openAgent } from './open-agent.ts';
import { readOptions, USAGE, type AgentOptions } from './options.ts';
import { mustBeRoot } from './start-checks.ts';
import { openProcfs } from '@vitrine/procfs';

const SHIM = fileURLToPath(new URL('../../../packages/shim/dist/vitrine-shim', import.meta.url));

const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;

async function run(options: AgentOptions): Promise<void> {
  mustBeRoot();
  // Standard output is for the one line that says "ready"; what follows is for people.
  const log = pino(
    { level: options.logLevel, serializers: { error: stdSerializers.err } },
    destination({ fd: 2, sync: true }),
  );
  const checksOutputs = ['development', 'test'].includes(process.env['NODE_ENV'] ?? '');
  const agent = await openAgent({ ...options, shimPath: options.shimPath ?? SHIM, version, checksOutputs }, log);
  const { socket, hostId, recovered } = agent;
  process.stdout.write(`${JSON.stringify({ event: 'ready', socket, hostId, recovered })}\n`);
  const stopped = new AbortController();
  await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal, { signal: stopped.signal })));
  stopped.abort();
  log.info('stopping; containers live on');
  await agent.close();
}

async function join(options: AgentOptions): Promise<void> {
  const { hubUrl, joinToken, stateDir } = options;
  if (hubUrl === undefined || joinToken === undefined) return;
  mustBeRoot();
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const identity = await Identity.open(stateDir);
  const hostname = options.name ?? openProcfs().hostFacts().hostname;
  await enrol(identity, { hubUrl, token: joinToken, hostname });
  process.stdout.write(`${JSON.stringify({ event: 'joined', hostId: identity.enrolled?.hostId, hub: hubUrl })}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else if (options.command === 'join') await join(options);
  else await run(options);
  process.exit(0);
} catch (error) {
  const refusal = toDomainError(error);
  if (refusal.code === 'internal') throw error;
  process.stderr.write(`vitrine agent: ${refusal.message}\n${refusal.mend === null ? '' : `mend: ${refusal.mend}\n`}`);
  process.exit(CLI_EXIT_CODE[refusal.code]);
}
