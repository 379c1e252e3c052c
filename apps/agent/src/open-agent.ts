/** Puts the parts of one agent together, makes its host whole again, and serves. Nothing here reads the environment. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openCgroups } from '@vitrine/cgroups';
import { openImageStore } from '@vitrine/images';
import { openLinuxKernel, probeKernel, type Kernel, type KernelFeatures } from '@vitrine/kernel';
import { openProcfs } from '@vitrine/procfs';
import { DomainError, type HostInfo } from '@vitrine/protocol';
import { createRuntime } from '@vitrine/runtime';
import type { Logger } from 'pino';
import { createHandlers } from './api/create-handlers.ts';
import { createAgentRouter, type RouterOptions } from './api/router.ts';
import { serveUnixSocket } from './api/unix-server.ts';
import { traceInstanceOf } from './exit/trace-instance.ts';
import { Journal } from './journal/journal.ts';
import { ContainerTable } from './lifecycle/container-table.ts';
import type { Parts } from './lifecycle/parts.ts';
import { Identity } from './link/identity.ts';
import { linkToHub } from './link/link-to-hub.ts';
import type { AgentOptions } from './options.ts';
import { ProcessFeed } from './processes/process-feed.ts';
import { RecordStore } from './records/record-store.ts';
import { RequestLedger } from './records/request-ledger.ts';
import { recover } from './recovery/recover.ts';
import { Sampler } from './sampling/sampler.ts';
import { mustHaveFeatures, mustHaveShim } from './start-checks.ts';
import { offerStarterImage } from './starter-image.ts';

export type Agent = {
  socket: string;
  hostId: string | null;
  recovered: number;
  /** Stops serving; containers live on. */
  close: () => Promise<void>;
};

export async function openAgent(
  options: AgentOptions & RouterOptions & { shimPath: string; version: string },
  log: Logger,
): Promise<Agent> {
  mustHaveShim(options.shimPath);
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  await mkdir(options.runDir, { recursive: true, mode: 0o700 });
  const kernel = openLinuxKernel();
  const { stateDir, runDir, cgroupParent } = options;
  const locks = [
    heldAlone(kernel.lockFile(path.join(runDir, 'agent.lock')), runDir),
    heldAlone(kernel.lockDirectory(stateDir), stateDir),
  ];
  const features = probeKernel(kernel);
  mustHaveFeatures(features);
  const closing = new AbortController();
  const images = openImageStore(options.stateDir);
  const identity = await Identity.open(options.stateDir);
  const parts = await openParts(options, { kernel, features, images, log, closing: closing.signal });
  // Whoever has the cgroups takes away those that its records do not know: two agents would kill each other's containers.
  const parent = path.dirname(Object.values(parts.cgroups.paths('any'))[0] ?? '');
  locks.push(heldAlone(kernel.lockDirectory(parent), `the cgroup parent ${cgroupParent}`));
  await offerStarterImage(images, options.busyboxPath, log);
  const recovered = await recover(parts, options.version);

  const sampler = new Sampler(parts);
  const info = hostInfo(parts, options, features);
  const serving = { ...parts, sampler, processes: new ProcessFeed(parts), images, hostInfo: info };
  const router = createAgentRouter(createHandlers(serving), options);
  const socket = path.join(options.runDir, 'agent.sock');
  const server = await serveUnixSocket({
    path: socket,
    router,
    credentials: (fd) => kernel.peerCredentials(fd),
    onDefect: (error, procedure) => log.error({ error, procedure }, 'a call failed'),
  });
  sampler.start();
  const link = await linkToHub({ identity, options, router, hostInfo: info, log });

  const close = async (): Promise<void> => {
    closing.abort();
    link.close();
    sampler.stop();
    await server.close();
    await Promise.all(parts.table.all().map((container) => leave(container)));
    await parts.journal.append({ type: 'agent.stopped', atMs: parts.now(), actor: { kind: 'agent' } });
    await parts.journal.close();
    // With containers alive the trace goes on: who kills one of them meanwhile is told at the next start.
    if (parts.table.all().every(({ record }) => record.status === 'stopped')) parts.signalTrace?.[Symbol.dispose]();
    parts.cgroups[Symbol.dispose]();
    for (const lock of locks) lock.close();
  };
  return { socket, hostId: identity.enrolled?.hostId ?? null, recovered, close };
}

/** Lets go of one container: its shim stays, and is found by the next agent. */
async function leave(container: ReturnType<ContainerTable['all']>[number]): Promise<void> {
  clearTimeout(container.stopTimer);
  await container.queue.idle();
  container.task?.close();
}

/** Two agents on one state directory, run directory or cgroup parent would undo each other's work. */
function heldAlone<T>(lock: T | null, what: string): T {
  if (lock !== null) return lock;
  throw new DomainError('conflict', {
    message: `Another agent runs with ${what}.`,
    mend: 'Stop it first, or give this one its own --state-dir, --run-dir and --cgroup-parent.',
  });
}

async function openParts(
  options: AgentOptions & { shimPath: string },
  host: {
    kernel: Kernel;
    features: KernelFeatures;
    images: ReturnType<typeof openImageStore>;
    log: Logger;
    closing: AbortSignal;
  },
): Promise<Parts> {
  const { stateDir, runDir, cgroupParent, shimPath } = options;
  const { kernel, features, images, log, closing } = host;
  const procfs = openProcfs();
  const facts = procfs.hostFacts();
  const cgroups = openCgroups({ parent: cgroupParent });
  const store = new RecordStore(path.join(stateDir, 'containers'));
  return {
    runtime: createRuntime({ kernel, features, cgroups, images, stateDir, runDir, shimPath, host: facts }),
    cgroups,
    cgroupParent,
    procfs,
    signalTrace: kernel.openSignalTrace(traceInstanceOf(stateDir)),
    table: new ContainerTable(),
    store,
    journal: await Journal.open({ directory: path.join(stateDir, 'journal') }),
    requests: await RequestLedger.open(path.join(stateDir, 'requests.json')),
    log,
    now: Date.now,
    hostname: options.name ?? facts.hostname,
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    closing,
  };
}

function hostInfo(
  { procfs, cgroups, now }: Parts,
  options: AgentOptions & { version: string },
  features: KernelFeatures,
): HostInfo {
  const facts = procfs.hostFacts();
  return {
    ...facts,
    hostname: options.name ?? facts.hostname,
    bootedAtMs: Math.round(facts.bootedAtMs),
    cgroupVersion: cgroups.version,
    agentVersion: options.version,
    agentStartedAtMs: now(),
    agentPid: process.pid,
    features: Object.values(features),
  };
}
