import { constants, readFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { O, type Fd, type Kernel, type WaitStatus } from '@vitrine/kernel';
import type { ShimState } from './control-layout.ts';
import type { LaunchPlan } from './plan-builder.ts';
import { LaunchFailedError, ShimClient, ShimGoneError } from './shim-client.ts';
import { emptyTrace, traceLabels } from './trace.ts';

/**
 * The shim's program in sealed memory: no container can write to it by /proc/PID/exe, and all shims of one agent share
 * its pages. Make one at the agent's start.
 */
export class ShimImage implements Disposable {
  readonly memfd: Fd;

  private constructor(memfd: Fd) {
    this.memfd = memfd;
  }

  static load(kernel: Kernel, path: string): ShimImage {
    return new ShimImage(kernel.createSealedMemfd('vitrine-shim', readFileSync(path), { executable: true }));
  }

  [Symbol.dispose](): void {
    this.memfd.close();
  }
}

export type ShimCommand = {
  image: ShimImage;
  /** Shown in the process list. */
  containerId: string;
  plan: LaunchPlan;
  /** 0700, on tmpfs, made already: gets `trace` and `control.sock`. */
  taskDirectory: string;
  /** Made already: gets `log`, `log.1`… and `exit`. */
  containerDirectory: string;
};

/** A shim that this process started. */
export type SpawnedShim = {
  client: ShimClient;
  pid: number;
  /** PID 1 was exec'd, or waits for `start`. Rejects LaunchFailedError or ShimGoneError. */
  launched: Promise<ShimState>;
  /** After the shim was reaped. Never rejects. */
  ended: Promise<WaitStatus>;
};

/** Returns when the shim runs; throws SyscallError when it cannot be started, and then nothing is left but `trace`. */
export function spawnShim(kernel: Kernel, command: ShimCommand): SpawnedShim {
  const { plan, taskDirectory, containerDirectory } = command;
  using trace = kernel.openFile(join(taskDirectory, 'trace'), O.RDWR | O.CREAT | O.EXCL, 0o600);
  writeAll(trace, emptyTrace(plan));
  using planMemfd = kernel.createSealedMemfd('vitrine-plan', plan.bytes);
  // Not O_PATH: the shim fsyncs the directory of its exit record.
  using container = kernel.openFile(containerDirectory, O.RDONLY | constants.O_DIRECTORY);
  using task = kernel.openFile(taskDirectory, O.RDONLY | constants.O_DIRECTORY);
  const [ours, theirs] = kernel.socketpair();
  using shimEnd = theirs;
  using agentEnd = ours;

  const child = kernel.spawn({
    path: command.image.memfd,
    argv: ['vitrine-shim', command.containerId],
    env: [],
    fds: [null, null, null, planMemfd, trace, shimEnd, container, task],
  });
  const ended = child.exited.finally(() => child.pidfd.close());
  try {
    // While the shim works.
    writeAll(trace, traceLabels(plan));
  } catch (error) {
    // No room for it: a launch that cannot be explained is no launch. Not reaped yet, so the PID is still the shim's.
    process.kill(child.pid, 'SIGKILL');
    throw error;
  }
  const client = new ShimClient(new Socket({ fd: agentEnd.take(), readable: true, writable: true }));
  return { client, pid: child.pid, launched: launchOf(client), ended };
}

function writeAll(file: Fd, content: Uint8Array): void {
  for (let written = 0; written < content.length;) written += writeSync(file.number, content, written);
}

function launchOf(client: ShimClient): Promise<ShimState> {
  const { promise, resolve, reject } = Promise.withResolvers<ShimState>();
  client.once('created', resolve);
  client.once('launched', resolve);
  client.once('launchFailed', (failure) => reject(new LaunchFailedError(failure)));
  client.once('closed', () =>
    reject(new ShimGoneError('The shim ended without a word: it was killed, or it crashed.')),
  );
  // Whoever does not wait for the launch hears of it by the events: that is no unhandled rejection.
  promise.catch(() => undefined);
  return promise;
}
