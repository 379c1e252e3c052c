import { join } from 'node:path';
import { makeScratch, removeCgroups } from '@vitrine/e2e';
import { MEASURED, type OurAgent, ownAgent } from '../our-agent.ts';
import { dockerdPeer } from '../peers/dockerd.ts';
import { COVER_UNIFIED, findProgram, makeBundle, ociRuntimePeer, type Peer } from '../peers/oci-runtime.ts';
import { type BenchResult, type PeerRuns, resultOf } from '../result.ts';
import { openShellTimer } from '../shell-timer.ts';

const WARM_UP = 5;
/** Slow peers are asked every fifth time, but never fewer than this. */
const FEWEST_PEER_RUNS = 20;
const SLOW_MS = 100;

async function startOnce(agent: OurAgent): Promise<number> {
  const input = { spec: MEASURED, start: true, actor: { kind: 'local', uid: 0 } };
  const began = performance.now();
  const created = (await agent.socket.callRaw('containers.create', input)) as { id: string };
  const ms = performance.now() - began;
  await agent.remove(created.id);
  return ms;
}

async function peersHere(word: string, dir: string, rootfs: string, shell: Awaited<ReturnType<typeof openShellTimer>>) {
  const hasRunc = (await findProgram('runc')) !== undefined;
  const bundle = hasRunc ? await makeBundle(dir, rootfs, `/${word}-oci`) : undefined;
  const runtimes: (Peer | undefined)[] = [];
  if (bundle !== undefined) {
    for (const program of ['crun', 'runc'] as const) {
      runtimes.push(await ociRuntimePeer(program, { bundle, stateRoot: join(dir, 'oci'), word, shell }));
    }
  }
  runtimes.push(await dockerdPeer({ dir, word: `${word}-d`, rootfs }));
  return runtimes.filter((peer) => peer !== undefined);
}

/**
 * `containers.create` on the agent's socket, until it answers that PID 1 was exec'd, beside peers that start the same
 * program on the same files with the same limits. The runs take turns, so that a noisy minute is noisy for all.
 */
export async function benchStart(runs: number): Promise<BenchResult> {
  await using scratch = await makeScratch('bench');
  await using agent = await ownAgent(scratch);
  const rootfs = join(scratch.dir, 'rootfs');
  await agent.copyRootfs(rootfs);
  await using disposal = new AsyncDisposableStack();
  // A runtime that fails half-way leaves its cgroup.
  disposal.defer(() => removeCgroups(`${scratch.word}-oci`));
  using shell = await openShellTimer(join(scratch.dir, 'shell-errors'), COVER_UNIFIED);
  const peers = await peersHere(scratch.word, scratch.dir, rootfs, shell);
  for (const peer of peers) disposal.use(peer);

  for (let run = 0; run < WARM_UP; run += 1) await startOnce(agent);
  return await takeTurns(agent, peers, runs);
}

async function takeTurns(agent: OurAgent, peers: readonly Peer[], runs: number): Promise<BenchResult> {
  const ours: number[] = [];
  const theirs: Record<string, PeerRuns & { values: number[] }> = {};
  const every = new Map<Peer, number>();
  for (const peer of peers) {
    const warm = await peer.start();
    theirs[peer.name] = { version: peer.version, values: [] };
    every.set(peer, warm > SLOW_MS ? Math.max(1, Math.floor(runs / FEWEST_PEER_RUNS)) : 1);
  }
  for (let run = 0; run < runs; run += 1) {
    ours.push(await startOnce(agent));
    for (const peer of peers) {
      if (run % (every.get(peer) ?? 1) === 0) theirs[peer.name]?.values.push(await peer.start());
    }
  }
  return resultOf('start', 'ms', ours, theirs);
}
