/**
 * What a container may leave behind on a host, as sorted lists of words: compared before and after, anything added is a
 * leak. Things that came and went meanwhile, and things that others removed, are not looked at.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runToEnd } from './part.ts';
import type { AgentPlaces } from './agent.ts';
import { findCgroups } from './scratch.ts';
import { until } from './until.ts';

export type Listing = Readonly<Record<string, readonly string[]>>;

const namesIn = (dir: string): Promise<string[]> => readdir(dir).catch(() => []);

async function processes(): Promise<string[]> {
  return (await namesIn('/proc')).filter((name) => /^\d+$/.test(name));
}

/** Inodes of one kind of namespace that any process of this machine is in. */
async function namespaces(kind: 'net' | 'mnt' | 'user'): Promise<string[]> {
  const links = await Promise.all(
    (await processes()).map((pid) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '')),
  );
  return links.filter((link) => link !== '');
}

/** What the agent itself holds open of namespaces, mounts and files of containers. */
async function heldByAgent(pid: number): Promise<string[]> {
  const dir = `/proc/${pid}/fd`;
  const links = await Promise.all((await namesIn(dir)).map((fd) => readlink(join(dir, fd)).catch(() => '')));
  return links.filter((link) => /^(net|mnt|user|pid):|\/(tasks|snapshots|containers)\/|cgroup/.test(link));
}

async function mounts(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/mountinfo`, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').slice(2).join(' '));
}

async function links(): Promise<string[]> {
  const found = JSON.parse(await runToEnd(['ip', '-json', 'link'])) as { ifname: string }[];
  return found.map(({ ifname }) => ifname);
}

const shims = async (places: AgentPlaces): Promise<string[]> => {
  const command = await Promise.all(
    (await processes()).map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')]),
  );
  return command
    .filter(([, line = '']) => line.includes('vitrine-shim') || line.includes(places.runDir))
    .map(([pid = '']) => pid);
};

/** Everything at this moment. */
export async function listHost(places: AgentPlaces, agentPid: number): Promise<Listing> {
  return {
    cgroups: await findCgroups(places.cgroupParent),
    mounts: await mounts(agentPid),
    'network namespaces': await namespaces('net'),
    'mount namespaces': await namespaces('mnt'),
    'user namespaces': await namespaces('user'),
    'network interfaces': await links(),
    'task directories': await namesIn(join(places.runDir, 'tasks')),
    snapshots: await namesIn(join(places.stateDir, 'snapshots')),
    layers: await namesIn(join(places.stateDir, 'layers')),
    shims: await shims(places),
    'open files of the agent': await heldByAgent(agentPid),
  };
}

/** Lines that are in `after` and were not in `before`, with the list's name. */
export function added(before: Listing, after: Listing): string[] {
  return Object.entries(after).flatMap(([name, lines]) => {
    const known = new Set(before[name]);
    return [...new Set(lines)].filter((line) => !known.has(line)).map((line) => `${name}: ${line}`);
  });
}

/** Waits until nothing is left over: clean-up follows the news of an exit, and may come a moment after it. */
export async function untilAsBefore(before: Listing, places: AgentPlaces, agentPid: number): Promise<void> {
  let left: string[] = [];
  await until(
    'the listings to be as before',
    async () => {
      left = added(before, await listHost(places, agentPid));
      if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`);
      return true;
    },
    20_000,
  );
}
