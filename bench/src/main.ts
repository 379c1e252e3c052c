/** `pnpm bench NAME [--json FILE] [--runs N]`. Needs root: it starts an agent of its own, and leaves nothing behind. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type BenchResult, describe } from './result.ts';
import { benchAgent } from './suites/agent.ts';
import { benchBrowser } from './suites/browser.ts';
import { benchExit } from './suites/exit.ts';
import { benchParallel } from './suites/parallel.ts';
import { benchShim } from './suites/shim.ts';
import { benchStart } from './suites/start.ts';

type Report = BenchResult & { readonly also?: readonly BenchResult[] };

interface Bench {
  readonly what: string;
  readonly runs: number;
  readonly run: (runs: number) => Promise<Report>;
}

const BENCHES: Readonly<Record<string, Bench>> = {
  start: { what: 'API call to exec of PID 1, beside crun, runc and dockerd', runs: 100, run: benchStart },
  shim: { what: 'memory of a shim, beside containerd-shim', runs: 10, run: benchShim },
  agent: { what: 'CPU of the agent with 50 idle containers', runs: 12, run: benchAgent },
  exit: { what: 'kill of PID 1 to the changed row in a browser', runs: 100, run: benchExit },
  browser: { what: 'how long a click waits on a page of 500 processes', runs: 30, run: benchBrowser },
  parallel: { what: '50 starts at once', runs: 3, run: benchParallel },
};

const usage = (): string =>
  [
    'Usage: pnpm bench NAME [--json FILE] [--runs N]',
    ...Object.entries(BENCHES).map(([name, { what, runs }]) => `  ${name.padEnd(8)}  ${what} (${runs} runs)`),
  ].join('\n');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, runs: { type: 'string' } },
});
const bench = BENCHES[positionals[0] ?? ''];
const runs = Number(values.runs ?? bench?.runs ?? 0);

if (bench === undefined || positionals.length !== 1 || !Number.isInteger(runs) || runs < 1) {
  console.error(usage());
  process.exitCode = 2;
} else if (process.getuid?.() !== 0) {
  console.error('bench: containers need root\nmend: run it again with sudo');
  process.exitCode = 1;
} else {
  const report = await bench.run(runs);
  console.log([report, ...(report.also ?? [])].map(describe).join('\n\n'));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
