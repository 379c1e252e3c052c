/** Runs the suites named on the command line and sums them in one last line: `N passed, N failed, N skipped`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

type Counts = { passed: number; failed: number; skipped: number };
type Suite = () => Counts;

const REPORTS = '.stamps/reports';

/** Command lines that either hold or do not; each counts as one test. */
const GATES: Record<string, readonly string[]> = {
  format: ['oxfmt', '--check', '.'],
  lint: ['oxlint', '--type-aware', '--deny-warnings'],
  types: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'],
  'types of the scripts': ['tsc', '--noEmit', '-p', 'scripts'],
  arrows: ['node', 'scripts/arrows.ts'],
  unused: ['knip', '--treat-config-hints-as-errors'],
  'C format': ['bash', 'scripts/clang-format'],
  'C warnings': ['bash', 'packages/shim/build'],
};

function run(command: readonly string[], env: Record<string, string> = {}): boolean {
  const [program = '', ...args] = command;
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  return status === 0;
}

function runGates(): Counts {
  const results = Object.entries(GATES).map(([name, command]) => {
    const startedMs = Date.now();
    const held = run(command);
    console.log(`gate ${name}: ${held ? 'holds' : 'BROKEN'} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
    return held;
  });
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed, skipped: 0 };
}

/** A runner that ends badly without naming a failed test (a crash, an unhandled error) counts as one failure. */
const blame = (ended: boolean, counts: Counts): Counts =>
  ended || counts.failed > 0 ? counts : { ...counts, failed: 1 };

function readReport<Report>(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

const vitest =
  (project: string): Suite =>
  () => {
    const path = `${REPORTS}/${project}.json`;
    const ended = run([
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${path}`,
    ]);
    type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };
    const report = readReport<Report>(path);
    if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
    const skipped = report.numPendingTests + report.numTodoTests;
    return blame(ended, { passed: report.numPassedTests, failed: report.numFailedTests, skipped });
  };

function playwright(): Counts {
  const path = `${process.cwd()}/${REPORTS}/e2e.json`;
  const ended = run(['pnpm', '--filter', '@vitrine/e2e', 'exec', 'playwright', 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: path,
  });
  const stats = readReport<{ stats: { expected: number; unexpected: number; flaky: number; skipped: number } }>(
    path,
  )?.stats;
  if (stats === undefined) return { passed: 0, failed: 1, skipped: 0 };
  return blame(ended, { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped });
}

const SUITES: Record<string, Suite> = {
  gates: runGates,
  unit: vitest('unit'),
  root: vitest('root'),
  lab: vitest('lab'),
  e2e: playwright,
};

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const name of process.argv.slice(2)) {
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`no suite "${name}"; there are ${Object.keys(SUITES).join(', ')}`);
  const startedMs = Date.now();
  const counts = suite();
  const empty = counts.passed + counts.failed === 0;
  if (empty) counts.failed = 1;
  lines.push(
    `suite ${name}: ${counts.passed} ok, ${counts.failed} bad, ${counts.skipped} left out${empty ? ' (ran nothing, which is a failure)' : ''} in ${Math.round((Date.now() - startedMs) / 1000)} s`,
  );
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
console.log(lines.join('\n'));
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed === 0 && lines.length > 0 ? 0 : 1;
