import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeScratch } from '@vitrine/e2e';
import { ownAgent } from '../our-agent.ts';
import { type BenchResult, resultOf } from '../result.ts';

const IDLE_CONTAINERS = 50;
const WINDOW_MS = 5_000;
const SETTLE_MS = 5_000;

/** Nanoseconds on a CPU of all threads, ended ones excepted: /proc/PID/task/TID/schedstat, first field. */
async function cpuNs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(
    threads.map((tid) => readFile(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').catch(() => '0')),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
}

/** What an agent costs while fifty containers idle and nobody watches: percent of one core, in windows of five seconds. */
export async function benchAgent(windows: number): Promise<BenchResult> {
  await using scratch = await makeScratch('bench');
  await using agent = await ownAgent(scratch);
  for (let made = 0; made < IDLE_CONTAINERS; made += 1) await agent.create();
  await sleep(SETTLE_MS);
  const shares: number[] = [];
  for (let window = 0; window < windows; window += 1) {
    const [before, began] = [await cpuNs(agent.pid), performance.now()];
    await sleep(WINDOW_MS);
    shares.push(((await cpuNs(agent.pid)) - before) / ((performance.now() - began) * 10_000));
  }
  return resultOf('agent', '% of a core', shares);
}
