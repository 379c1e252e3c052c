import { join } from 'node:path';
import { makeScratch, runToEnd } from '@vitrine/e2e';
import { type MemoryUse, memoryOf } from '../memory.ts';
import { ownAgent, type OurAgent } from '../our-agent.ts';
import { dockerdPeer } from '../peers/dockerd.ts';
import { versionIn } from '../peers/oci-runtime.ts';
import { type BenchResult, type PeerRuns, resultOf } from '../result.ts';

const MEBIBYTE = 1024 * 1024;
const CONTAINERS_OF_THE_PEER = 3;

async function ourShims(agent: OurAgent, count: number): Promise<MemoryUse[]> {
  const pids: number[] = [];
  for (let made = 0; made < count; made += 1) {
    const { shimPid } = await agent.create();
    if (shimPid === null) throw new Error('a running container has no shim');
    pids.push(shimPid);
  }
  // All run before the first is read: PSS is a share, and a lonely shim pays for all of the binary.
  return Promise.all(pids.map(memoryOf));
}

async function containerdShims(dir: string, word: string, rootfs: string) {
  await using docker = await dockerdPeer({ dir, word, rootfs });
  if (docker === undefined) return undefined;
  for (let made = 0; made < CONTAINERS_OF_THE_PEER; made += 1) await docker.startAndKeep();
  const uses = await Promise.all((await docker.shimPids()).map(memoryOf));
  return { version: versionIn(await runToEnd(['containerd', '--version'])), uses };
}

/** Memory of shims whose containers run. The main figure is PSS; RSS is told beside it, in a result of its own. */
export async function benchShim(runs: number): Promise<BenchResult & { also: readonly BenchResult[] }> {
  await using scratch = await makeScratch('bench');
  await using agent = await ownAgent(scratch);
  const ours = await ourShims(agent, runs);
  const rootfs = join(scratch.dir, 'rootfs');
  await agent.copyRootfs(rootfs);
  const theirs = await containerdShims(scratch.dir, `${scratch.word}-d`, rootfs);
  const result = (name: string, figure: (use: MemoryUse) => number): BenchResult => {
    const inMebibytes = (uses: readonly MemoryUse[]): number[] => uses.map((use) => figure(use) / MEBIBYTE);
    const peers: Record<string, PeerRuns> =
      theirs === undefined ? {} : { 'containerd-shim': { version: theirs.version, values: inMebibytes(theirs.uses) } };
    return resultOf(name, 'MiB', inMebibytes(ours), peers);
  };
  return { ...result('shim', ({ pssBytes }) => pssBytes), also: [result('shim-rss', ({ rssBytes }) => rssBytes)] };
}
