import { Host } from '@vitrine/protocol';
import { z } from 'zod';
import { type AgentPart, type AgentPlaces, agentPlaces, joinFleet, startAgent, tearDown } from './agent.ts';
import { type HubPart, startHub } from './hub.ts';
import { type Admin, openRest, type Rest, settleAdmin } from './rest.ts';
import { makeScratch, type Scratch } from './scratch.ts';
import { until } from './until.ts';

const PASSWORD = 'correct horse battery staple';

/** A hub, and the agent of this machine joined to it. */
export interface Fleet extends AsyncDisposable {
  readonly scratch: Scratch;
  readonly hub: HubPart;
  readonly url: string;
  readonly admin: Admin;
  readonly rest: Rest;
  readonly alpha: FleetAgent;
  /** Joins one more agent of this machine and waits until the hub shows it online. */
  readonly addAgent: (name: string, netns?: string, hubUrl?: string) => Promise<FleetAgent>;
}

export interface FleetAgent {
  readonly places: AgentPlaces;
  readonly hostId: string;
  /** The process that runs now; `restart` puts a new one in its place. */
  readonly part: () => AgentPart;
  readonly restart: () => Promise<AgentPart>;
  /** Ends its containers and itself, and gives its places back. */
  readonly leave: () => Promise<void>;
}

const hostNamed = async (rest: Rest, name: string): Promise<Host | undefined> =>
  (await rest.get('/api/v1/hosts', z.array(Host))).find((host) => host.name === name);

export const waitForConnection = (rest: Rest, hostId: string, connection: Host['connection']): Promise<Host> =>
  until(`host ${hostId} to be ${connection}`, async () => {
    const host = await rest.get(`/api/v1/hosts/${hostId}`, Host);
    return host.connection === connection && host;
  });

async function addAgent(
  { scratch, hub, rest }: { scratch: Scratch; hub: HubPart; rest: Rest },
  places: AgentPlaces,
  hubUrl: string,
): Promise<FleetAgent> {
  await joinFleet(places, hubUrl, await hub.makeJoinToken());
  let part = await startAgent(places);
  let isHere = true;
  const { id } = await until(`host ${places.name} in ${scratch.word}`, () => hostNamed(rest, places.name));
  await waitForConnection(rest, id, 'online');
  return {
    places,
    hostId: id,
    part: () => part,
    restart: async () => {
      part = await startAgent(places);
      return part;
    },
    leave: async () => {
      if (isHere) await tearDown(places, part);
      isHere = false;
    },
  };
}

/** What is still needed when something fails half-way, in reverse order. */
export async function startFleet(purpose: string): Promise<Fleet> {
  await using undo = new AsyncDisposableStack();
  const scratch = undo.use(await makeScratch(purpose));
  const hub = undo.use(await startHub(scratch));
  const { url, firstAdmin } = hub.ready;
  if (firstAdmin === null) throw new Error('a new hub made no first admin');
  const rest = openRest(url, await settleAdmin(url, firstAdmin, PASSWORD));
  const agents: FleetAgent[] = [];
  undo.defer(async () => {
    for (const agent of agents.toReversed()) await agent.leave();
  });
  const add = async (name: string, netns?: string, hubUrl = url): Promise<FleetAgent> => {
    const agent = await addAgent({ scratch, hub, rest }, agentPlaces(scratch, name, netns), hubUrl);
    agents.push(agent);
    return agent;
  };
  const alpha = await add('alpha');
  const kept = undo.move();
  return {
    scratch,
    hub,
    url,
    admin: { email: firstAdmin.email, password: PASSWORD },
    rest,
    alpha,
    addAgent: add,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
