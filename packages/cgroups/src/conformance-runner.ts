/** Runs the conformance suite where there is no test framework: one JSON line a case on stdout. */
import { CONFORMANCE, runConformanceCase } from './conformance.ts';
import { openCgroups } from './open-cgroups.ts';

/** `version`: of the driver that was met, so that a suite in a guest cannot pass on the wrong one. */
export interface ConformanceResult {
  title: string;
  version: 'v1' | 'v2';
  /** null: it conforms. */
  error: string | null;
}

function driverVersion(): 'v1' | 'v2' {
  using cgroups = openCgroups({ parent: `vitrine-conformance-${process.pid}` });
  cgroups.removeParent();
  return cgroups.version;
}

const version = driverVersion();
for (const conformanceCase of CONFORMANCE) {
  const error = await runConformanceCase(conformanceCase).then(
    () => null,
    (reason: unknown) => (reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)),
  );
  const result: ConformanceResult = { title: conformanceCase.title, version, error };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
