import { makeScratch } from '@vitrine/e2e';
import { MEASURED, ownAgent } from '../our-agent.ts';
import { type BenchResult, resultOf } from '../result.ts';

const AT_ONCE = 50;

/** Fifty starts asked for in one moment; one that fails fails the bench. Each is timed from that moment to its answer. */
export async function benchParallel(rounds: number): Promise<BenchResult> {
  await using scratch = await makeScratch('bench');
  await using agent = await ownAgent(scratch);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const ids = await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const { id, status } = await agent.create(MEASURED);
        times.push(performance.now() - began);
        if (status !== 'running') throw new Error(`container ${id} is ${status} after its start`);
        return id;
      }),
    );
    await Promise.all(ids.map((id) => agent.remove(id)));
  }
  return resultOf('parallel', `ms, ${AT_ONCE} at once`, times);
}
