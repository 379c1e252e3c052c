import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeCgroups, runToEnd, tryToEnd } from '@vitrine/e2e';
import { removeWithMounts } from '../cleanup.ts';
import { findProgram, type Peer, versionIn } from './oci-runtime.ts';

const IMAGE = 'vitrine-bench';
const UP_WITHIN_MS = 60_000;
const ASK_AGAIN_MS = 100;

export interface Dockerd extends Peer {
  /** PIDs of the containerd-shim processes of containers that run now. */
  readonly shimPids: () => Promise<number[]>;
  /** Starts one that stays, for looking at. */
  readonly startAndKeep: () => Promise<void>;
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Docker's own API on its socket, over one kept connection. */
function dockerApi(socketPath: string): { call: Call; close: () => void } {
  const agent = new Agent({ keepAlive: true });
  const call: Call = (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': text.length };
      const sent = request({ socketPath, path, method, agent, headers }, (answer) => {
        let said = '';
        answer.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          if (status >= 400) reject(new Error(`docker ${method} ${path}: HTTP ${status} ${said}`));
          else resolve(said.startsWith('{') ? (JSON.parse(said) as unknown) : said);
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
  return {
    call,
    close: () => {
      agent.destroy();
    },
  };
}

const CONTAINER = {
  Image: IMAGE,
  Cmd: ['/bin/sleep', '1000'],
  HostConfig: { Memory: 64 * 1024 * 1024, MemorySwap: 64 * 1024 * 1024, NanoCpus: 500_000_000, PidsLimit: 32 },
};

async function isUp(call: Call): Promise<boolean> {
  try {
    await call('GET', '/_ping');
    return true;
  } catch {
    return false;
  }
}

async function waitUntilUp(call: Call, child: { exitCode: number | null }, log: string): Promise<void> {
  const deadline = Date.now() + UP_WITHIN_MS;
  while (!(await isUp(call))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`dockerd did not start:\n${(await readFile(log, 'utf8')).slice(-2000)}`);
    }
    await sleep(ASK_AGAIN_MS);
  }
}

/** A network namespace of its own, so that docker's bridge and firewall rules never touch this machine's. */
async function launchDaemon(dir: string, word: string) {
  await mkdir(dir, { recursive: true });
  await runToEnd(['ip', 'netns', 'add', word]);
  await runToEnd(['ip', '-n', word, 'link', 'set', 'lo', 'up']);
  const socket = join(dir, 'docker.sock');
  const log = join(dir, 'dockerd.log');
  const places = ['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')];
  await writeFile(join(dir, 'none.json'), '{}');
  const files = ['--pidfile', join(dir, 'docker.pid'), '--config-file', join(dir, 'none.json')];
  const daemon = spawn(
    'nsenter',
    [`--net=/run/netns/${word}`, 'dockerd', ...places, ...files, '--host', `unix://${socket}`, '--cgroup-parent', word],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.pipe(createWriteStream(log, { flags: 'a' }), { end: false });
  return { daemon, socket, log };
}

async function giveBack(dir: string, word: string): Promise<void> {
  await removeWithMounts(dir);
  await runToEnd(['ip', 'netns', 'delete', word]);
  await removeCgroups(word);
}

async function childrenNamed(comm: string, marker: string): Promise<number[]> {
  const found = await tryToEnd(['pgrep', '--full', `${comm}.*${marker}`]);
  return found.stdout.split('\n').filter(Boolean).map(Number);
}

/** Container create and start through the API, with the default bridge network and our limits. */
export async function dockerdPeer(options: {
  dir: string;
  word: string;
  rootfs: string;
}): Promise<Dockerd | undefined> {
  if ((await findProgram('dockerd')) === undefined) return undefined;
  const dir = join(options.dir, 'docker');
  const { daemon, socket, log } = await launchDaemon(dir, options.word);
  const { call, close } = dockerApi(socket);
  const stop = async (): Promise<void> => {
    close();
    const ended = once(daemon, 'exit');
    if (daemon.exitCode === null && daemon.kill('SIGTERM')) await ended;
    await giveBack(dir, options.word);
  };
  try {
    await waitUntilUp(call, daemon, log);
    await runToEnd([
      'bash',
      '-c',
      `tar -C '${options.rootfs}' -c . | docker --host 'unix://${socket}' import - ${IMAGE}`,
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  const kept: string[] = [];
  const createAndStart = async (): Promise<string> => {
    const { Id } = (await call('POST', '/containers/create', CONTAINER)) as { Id: string };
    await call('POST', `/containers/${Id}/start`);
    return Id;
  };
  const remove = (id: string): Promise<unknown> => call('DELETE', `/containers/${id}?force=1`);
  return {
    name: 'dockerd create+start',
    version: versionIn(await runToEnd(['dockerd', '--version'])),
    start: async () => {
      const began = performance.now();
      const id = await createAndStart();
      const ms = performance.now() - began;
      await remove(id);
      return ms;
    },
    startAndKeep: async () => {
      kept.push(await createAndStart());
    },
    shimPids: () => childrenNamed('containerd-shim', dir),
    [Symbol.asyncDispose]: async () => {
      for (const id of kept) await remove(id);
      await stop();
    },
  };
}
