import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentSocket, openAgentSocket } from './agent-socket.ts';
import { type Part, runToEnd, startPart } from './part.ts';
import { removeCgroups, type Scratch } from './scratch.ts';

const AGENT = 'apps/agent/src/main.ts';

/** An agent of one test run: its own state, run directory and cgroup parent, so that several live on one machine. */
export interface AgentPlaces {
  readonly name: string;
  readonly stateDir: string;
  readonly runDir: string;
  readonly cgroupParent: string;
  /** Its network namespace, by name below /run/netns; the machine's own when left out. */
  readonly netns?: string;
}

export const agentPlaces = (scratch: Scratch, name: string, netns?: string): AgentPlaces => ({
  name,
  stateDir: join(scratch.dir, name, 'state'),
  // Not below the scratch directory: a task's socket has to have a name of less than 108 bytes.
  runDir: `/run/${scratch.word.replace('vitrine-', 'vt-')}-${name.slice(0, 1)}`,
  cgroupParent: `${scratch.word}-${name}`,
  ...(netns === undefined ? {} : { netns }),
});

export interface AgentReady {
  readonly socket: string;
  readonly hostId: string | null;
  readonly recovered: number;
}

export type AgentPart = Part<AgentReady>;

const options = ({ stateDir, runDir, cgroupParent }: AgentPlaces): string[] => [
  '--state-dir',
  stateDir,
  '--run-dir',
  runDir,
  '--cgroup-parent',
  cgroupParent,
];

// Not "ip netns exec": it mounts a new /sys and so hides the cgroups.
const inNetns = ({ netns }: AgentPlaces, command: readonly string[]): string[] =>
  netns === undefined ? [...command] : ['nsenter', `--net=/run/netns/${netns}`, ...command];

export async function joinFleet(places: AgentPlaces, hubUrl: string, token: string): Promise<void> {
  const command = [process.execPath, AGENT, 'join', ...options(places), '--hub-url', hubUrl, '--token', token];
  await runToEnd(inNetns(places, [...command, '--name', places.name]));
}

/** As an installed agent stands in the process list, instead of with the path of this checkout's Node. */
const UNDER_ITS_NAME = ['bash', '-c', 'exec -a vitrine-agent "$@"', 'bash'];

export function startAgent(places: AgentPlaces): Promise<AgentPart> {
  return startPart<AgentReady>({
    name: `agent ${places.name}`,
    command: inNetns(places, [...UNDER_ITS_NAME, process.execPath, AGENT, 'run', ...options(places)]),
    logPath: `${places.stateDir}.log`,
  });
}

/** The socket of a running agent. */
export const socketOf = ({ runDir }: AgentPlaces): AgentSocket => openAgentSocket(join(runDir, 'agent.sock'));

const LOCAL = { kind: 'local', uid: 0 } as const;

/** Ends and forgets every container, then the agent; what is left after that is a leak, and is told as one. */
export async function tearDown(places: AgentPlaces, agent: AgentPart): Promise<void> {
  const isServing = existsSync(join(places.runDir, 'agent.sock'));
  if (isServing) {
    using socket = socketOf(places);
    const containers = await socket.call('containers.list', {});
    await Promise.all(containers.map(({ id }) => socket.call('containers.delete', { id, force: true, actor: LOCAL })));
  }
  await agent.stop();
  await removeCgroups(places.cgroupParent);
  await rm(places.runDir, { recursive: true, force: true });
}
