import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentPart,
  type AgentPlaces,
  agentPlaces,
  type AgentSocket,
  type Scratch,
  socketOf,
  startAgent,
  tearDown,
} from '@vitrine/e2e';
import type { ContainerDetail, ContainerSpecInput } from '@vitrine/protocol';

const LOCAL = { kind: 'local', uid: 0 } as const;

/** The container that is measured: every namespace, a user namespace with mapped layers, an overlay, limits, seccomp. */
export const MEASURED: ContainerSpecInput = {
  image: 'starter',
  command: ['/bin/sleep', '1000'],
  limits: { memoryBytes: 64 * 1024 * 1024, cpuCores: 0.5, pids: 32 },
};

/** An agent of this bench alone, on this machine. */
export interface OurAgent extends AsyncDisposable {
  readonly pid: number;
  readonly places: AgentPlaces;
  readonly socket: AgentSocket;
  readonly create: (spec?: ContainerSpecInput) => Promise<ContainerDetail>;
  readonly remove: (id: string) => Promise<void>;
  /** The layers of the starter image in one directory of plain files: what the peers get as their root file system. */
  readonly copyRootfs: (to: string) => Promise<void>;
}

export async function ownAgent(scratch: Scratch): Promise<OurAgent> {
  const places = agentPlaces(scratch, 'agent');
  const part: AgentPart = await startAgent(places);
  const socket = socketOf(places);
  return {
    pid: part.pid,
    places,
    socket,
    create: (spec = MEASURED) => socket.call('containers.create', { spec, actor: LOCAL }),
    remove: async (id) => {
      await socket.callRaw('containers.delete', { id, force: true, actor: LOCAL });
    },
    copyRootfs: async (to) => {
      const image = (await socket.call('images.list', {})).find(({ reference }) => reference.startsWith('starter'));
      if (image === undefined) throw new Error('the agent has no starter image: install busybox-static');
      for (const { diffId } of image.layers) {
        const layer = join(places.stateDir, 'layers', diffId.replace(/^sha256:/, ''));
        await cp(layer, to, { recursive: true, verbatimSymlinks: true });
      }
    },
    [Symbol.asyncDispose]: async () => {
      socket[Symbol.dispose]();
      await tearDown(places, part);
    },
  };
}
