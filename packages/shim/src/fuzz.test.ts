import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOfEverything } from './plan-fixture.ts';
import { sanitizedSelftest } from './selftest-binary.ts';
import { emptyTrace } from './trace.ts';

const MUTATIONS = 20_000;
/** Far above what it takes (2 s), so only a hang is caught. */
const HANG_MS = 50_000;

const directory = mkdtempSync(join(tmpdir(), 'vitrine-fuzz-'));
let selftest = '';

beforeAll(() => {
  selftest = sanitizedSelftest();
  const plan = planOfEverything();
  writeFileSync(join(directory, 'plan'), plan.bytes);
  writeFileSync(join(directory, 'trace'), emptyTrace(plan));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fuzz(seed: number): { mutations: number; accepted: number; calls: number } {
  const args = ['fuzz', join(directory, 'plan'), join(directory, 'trace'), `${MUTATIONS}`, `${seed}`];
  const said = execFileSync(selftest, args, { encoding: 'utf8', timeout: HANG_MS });
  const [mutations, accepted, calls] = [...said.matchAll(/\d+/g)].map(Number);
  return { mutations: mutations ?? 0, accepted: accepted ?? 0, calls: calls ?? 0 };
}

test.each([1, 2026])(
  'no damaged plan makes the shim touch memory that is not its own (seed %i)',
  { timeout: 60_000 },
  (seed) => {
    const { mutations, accepted, calls } = fuzz(seed);
    expect(mutations).toBe(MUTATIONS);
    // Both doors were gone through, or this test proves nothing.
    expect(accepted).toBeGreaterThan(MUTATIONS / 10);
    expect(accepted).toBeLessThan(MUTATIONS);
    expect(calls).toBeGreaterThan(MUTATIONS);
  },
);
