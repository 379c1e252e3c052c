#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir, hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DomainError } from '@vitrine/protocol';
import { runCli } from './cli.ts';
import { type CliContext, makeStyle } from './context.ts';
import { credentialsPath, fileCredentials } from './credentials.ts';
import { openHub, signIn } from './hub.ts';
import { terminalPrompt } from './prompt.ts';

// The one place that reads the environment and the process; nothing else knows where it runs.
const { env } = process;
const AGENT_MAIN = fileURLToPath(new URL('../../agent/src/main.ts', import.meta.url));

const interrupt = new AbortController();
process.once('SIGINT', () => {
  interrupt.abort();
});

// A reader that goes away early ("vitrine ps | head -1") is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const credentials = fileCredentials(credentialsPath(env['XDG_CONFIG_HOME'], homedir()));

const connect = (url: string, token: string) => openHub({ url, token, fetch });

async function savedHub() {
  const { VITRINE_HUB: url, VITRINE_TOKEN: token } = env;
  const saved = url !== undefined && token !== undefined ? { hubUrl: url, token } : await credentials.read();
  if (saved === undefined) {
    throw new DomainError('unauthenticated', {
      message: 'Not signed in to a hub.',
      mend: 'Sign in with "vitrine login URL", or set VITRINE_HUB and VITRINE_TOKEN.',
    });
  }
  return connect(url ?? saved.hubUrl, token ?? saved.token);
}

async function runAgent(args: readonly string[]): Promise<{ code: number; stdout: string }> {
  const child = spawn(process.execPath, [AGENT_MAIN, ...args], { stdio: ['inherit', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const stdout = await text(child.stdout);
  const [code] = (await ended) as [number | null];
  return { code: code ?? 1, stdout };
}

const planLaunch: CliContext['planLaunch'] = async (options) => {
  if (process.getuid?.() !== 0) {
    throw new DomainError('forbidden', {
      message: 'A plan depends on what this kernel allows, and only root can try that.',
      mend: 'Run it again with sudo.',
    });
  }
  // Loaded only here: it binds the C library, which no other command needs.
  const runtime = await import('@vitrine/runtime');
  return runtime.planLaunch(options);
};

const context: CliContext = {
  print: (text) => process.stdout.write(`${text}\n`),
  warn: (text) => process.stderr.write(`${text}\n`),
  write: (stream, text) => process[stream].write(text),
  style: makeStyle(process.stdout, env['NO_COLOR']),
  hub: savedHub,
  connect,
  signIn: (url, email, password) => signIn({ url, token: null, fetch }, email, password),
  credentials,
  prompt: terminalPrompt(process.stdin, process.stderr),
  now: Date.now,
  machineName: hostname(),
  environment: env,
  runAgent,
  planLaunch,
  interrupted: interrupt.signal,
};

process.exitCode = await runCli(context, process.argv.slice(2));
