/**
 * Runs Vitrine on this machine: hub with dashboard, and the agent of this host, until Ctrl-C.
 * The two are processes of their own, as they would be on two machines; this launcher only starts and stops them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: process.env['PORT'] ?? '7080' },
        host: { type: 'string', default: '127.0.0.1' },
        'state-dir': { type: 'string', default: '/var/lib/vitrine' },
        'run-dir': { type: 'string', default: '/run/vitrine' },
        'cgroup-parent': { type: 'string', default: 'vitrine' },
      },
    }).values;
  } catch (error) {
    console.error(`vitrine: ${error instanceof Error ? error.message : String(error)}`);
    console.error(
      'mend: npm start -- [--port PORT] [--host ADDRESS] [--state-dir DIR] [--run-dir DIR] [--cgroup-parent NAME]',
    );
    process.exit(2);
  }
}

const options = readOptions();
const stateDir = options['state-dir'];
const HUB = ['apps/hub/src/main.ts'];
const AGENT = ['apps/agent/src/main.ts'];
const HUB_DATA = ['--data-dir', join(stateDir, 'hub')];
const AGENT_PLACES = [
  '--state-dir',
  stateDir,
  '--run-dir',
  options['run-dir'],
  '--cgroup-parent',
  options['cgroup-parent'],
];
const STOP_TIMEOUT_MS = 10_000;
const MAX_SAID_LINES = 40;

type Ready = { event: 'ready' };
type FirstAdmin = { email: string; password: string };
/** `hostIds`: the hosts that the hub's database knows. */
type HubReady = Ready & { url: string; firstAdmin: FirstAdmin | null; hostIds: string[] };
type AgentReady = Ready & { recovered: number };

/** A part that ended before it was ready; what it said for people has been shown already. */
class PartFailed extends Error {}

/** The parts live in process groups of their own, so that Ctrl-C reaches only the launcher, which stops them in order. */
function launch(name: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const log = createWriteStream(join(stateDir, `${name}.log`), { flags: 'a', mode: 0o600 });
  child.stderr?.pipe(log);
  return child;
}

/** The JSON line that a part prints when it serves, or PartFailed with what it told people on stderr. */
function ready<Line extends Ready>(name: string, child: ChildProcess): Promise<Line> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    if (child.stdout === null || child.stderr === null) throw new Error(`${name} has no pipes`);
    createInterface(child.stderr).on('line', (line) => {
      if (!line.startsWith('{') && said.length < MAX_SAID_LINES) said.push(line);
    });
    createInterface(child.stdout).on('line', (line) => {
      if (!line.startsWith('{')) return; // Next.js greets on stdout
      const message = JSON.parse(line) as Line;
      if (message.event !== 'ready') return;
      child.off('close', failed);
      resolve(message);
    });
    const failed = (code: number | null) => {
      console.error(
        said.length > 0
          ? said.join('\n')
          : `vitrine: the ${name} ended with code ${code}\nmend: read ${join(stateDir, `${name}.log`)}`,
      );
      reject(new PartFailed(name));
    };
    child.once('close', failed);
  });
}

/** Runs a part's subcommand to its end and gives what it printed. */
function finish(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.once('close', (code) => (code === 0 ? resolve(printed.trim()) : reject(new PartFailed(args.join(' ')))));
  });
}

const isLoopback = (url: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

/**
 * Sees to it that the agent finds the hub, and answers the options it needs for that. The hub may have moved to another
 * port, or have lost its database; a host that somebody joined to another fleet stays there.
 */
async function enrolThisHost({ url: hubUrl, hostIds }: HubReady): Promise<string[]> {
  const file = join(stateDir, 'host.json');
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8')) as { hostId: string; hubUrl: string };
    if (hostIds.includes(known.hostId)) return ['--hub-url', hubUrl];
    if (known.hubUrl !== hubUrl && !isLoopback(known.hubUrl)) {
      console.error(`vitrine: this host belongs to the fleet of ${known.hubUrl} and is shown there, not here`);
      return [];
    }
    console.error('vitrine: the hub does not know this host any more; it joins anew');
  }
  const token = await finish([...HUB, 'make-join-token', ...HUB_DATA]);
  await finish([...AGENT, 'join', ...AGENT_PLACES, '--hub-url', hubUrl, '--token', token]);
  return [];
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

const signInLines = ({ email, password }: FirstAdmin): string[] => [
  `  Sign in   ${email}`,
  `  Password  ${password}   (shown this once; you choose your own when you sign in)`,
];

function welcome(hub: HubReady, agent: AgentReady): string {
  const lines = ['', '  Vitrine is running.', '', `  Open      ${hub.url}`];
  if (hub.firstAdmin !== null) lines.push(...signInLines(hub.firstAdmin));
  if (agent.recovered > 0)
    lines.push(`  Found     ${agent.recovered} container${agent.recovered === 1 ? '' : 's'} that lived on`);
  lines.push(
    `  Logs      ${join(stateDir, '{hub,agent}.log')}`,
    '',
    '  Ctrl-C stops hub and agent. Containers live on, and the next start finds them.',
    '',
  );
  return lines.join('\n');
}

const stopRequested = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});
const stoppedEarly = stopRequested.then((): never => {
  throw new PartFailed('stopped before it was ready');
});
stoppedEarly.catch(() => undefined); // awaited only while something is not ready yet
const ended = (name: string, child: ChildProcess): Promise<string> =>
  new Promise((resolve) => child.once('close', () => resolve(name)));

mkdirSync(stateDir, { recursive: true, mode: 0o700 });
const parts: ChildProcess[] = [];
let hubReady: HubReady | undefined;
let welcomed = false;
process.on('exit', () => parts.forEach((part) => part.kill('SIGTERM'))); // even when the launcher itself is at fault
try {
  const hub = launch('hub', [
    ...HUB,
    'serve',
    ...HUB_DATA,
    '--host',
    options.host,
    '--port',
    options.port,
    '--dashboard-dir',
    'apps/dashboard',
  ]);
  parts.push(hub);
  hubReady = await Promise.race([ready<HubReady>('hub', hub), stoppedEarly]);
  const where = await enrolThisHost(hubReady);
  const agent = launch('agent', [...AGENT, 'run', ...AGENT_PLACES, ...where]);
  parts.push(agent);
  console.log(welcome(hubReady, await Promise.race([ready<AgentReady>('agent', agent), stoppedEarly])));
  welcomed = true;

  const why = await Promise.race([stopRequested, ended('hub', hub), ended('agent', agent)]);
  if (why !== undefined) {
    console.error(`vitrine: the ${why} ended by itself\nmend: read ${join(stateDir, `${why}.log`)}, then start again`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof PartFailed)) throw error;
  process.exitCode = 1;
} finally {
  // The database keeps only its hash: an agent that could not start must not cost the way in.
  if (!welcomed && hubReady !== undefined && hubReady.firstAdmin !== null) {
    console.error(['vitrine: the hub is set up; for the next start', ...signInLines(hubReady.firstAdmin)].join('\n'));
  }
  for (const part of parts.reverse()) await stop(part);
}
