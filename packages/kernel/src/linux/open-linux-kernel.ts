import type { Kernel } from '../kernel.ts';
import * as files from './files.ts';
import { SeccompCompiler } from './libseccomp.ts';
import * as memfd from './memfd.ts';
import * as mount from './mount.ts';
import { lockFile } from './lock.ts';
import { RouteSocket } from './netlink.ts';
import { pidfdOpen, pidfdSendSignal, Spawner } from './processes.ts';
import * as sockets from './sockets.ts';
import { openSignalTrace } from './tracefs.ts';

/** The kernel this process runs on. Each one keeps its own children and its own loaded libseccomp. */
export function openLinuxKernel(): Kernel {
  const spawner = new Spawner();
  const seccomp = new SeccompCompiler();
  return {
    ...files,
    ...memfd,
    ...mount,
    ...sockets,
    pidfdOpen,
    pidfdSendSignal,
    openSignalTrace,
    lockFile,
    spawn: (command) => spawner.spawn(command),
    openRouteSocket: () => new RouteSocket(),
    listSyscalls: () => seccomp.listSyscalls(),
    compileSeccomp: (profile) => seccomp.compile(profile),
  };
}
