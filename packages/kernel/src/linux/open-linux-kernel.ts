import type { Kernel } from '../kernel.ts';
import { openat2, openDirectory, openFile, readFileInRoot } from './files.ts';
import { SeccompCompiler } from './libseccomp.ts';
import { lockDirectory, lockFile } from './lock.ts';
import { createMemfd, createSealedMemfd, sealMemfd } from './memfd.ts';
import { fsconfig, fsconfigCreate, fsmount, fsopen, mountSetattr, moveMount, openTree, umount } from './mount.ts';
import { RouteSocket } from './netlink.ts';
import { pidfdOpen, pidfdSendSignal, Spawner } from './processes.ts';
import { listenUnix, peerCredentials, socketpair } from './sockets.ts';
import { openSignalTrace } from './tracefs.ts';

/** The kernel this process runs on. Each one keeps its own children and its own loaded libseccomp. */
export function openLinuxKernel(): Kernel {
  const spawner = new Spawner();
  const seccomp = new SeccompCompiler();
  return {
    openDirectory,
    openFile,
    openat2,
    readFileInRoot,
    openTree,
    moveMount,
    mountSetattr,
    fsopen,
    fsconfig,
    fsconfigCreate,
    fsmount,
    umount,
    createMemfd,
    createSealedMemfd,
    sealMemfd,
    socketpair,
    listenUnix,
    peerCredentials,
    pidfdOpen,
    pidfdSendSignal,
    openSignalTrace,
    lockFile,
    lockDirectory,
    spawn: (command) => spawner.spawn(command),
    openRouteSocket: () => new RouteSocket(),
    listSyscalls: () => seccomp.listSyscalls(),
    compileSeccomp: (profile) => seccomp.compile(profile),
  };
}
