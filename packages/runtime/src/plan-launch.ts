/** A launch plan to look at: what would be called, in order, without anything being run, kept or reserved. */
import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { openCgroups, type Cgroups } from '@vitrine/cgroups';
import { readImageStore } from '@vitrine/images';
import { openLinuxKernel, probeKernel } from '@vitrine/kernel';
import { renderPlan, type PlanStep } from '@vitrine/shim';
import { checkHost } from './check-spec.ts';
import { IdRanges } from './id-ranges.ts';
import type { OciConfig } from './oci.ts';
import { buildLaunchPlan } from './plan/build-launch-plan.ts';
import { launchInputOf, resolveContainer, type NamedSpec, type Surroundings } from './resolve.ts';
import { compileFilter } from './seccomp-filters.ts';

export type PlannedLaunch = { ociConfig: OciConfig; steps: readonly PlanStep[]; text: string };

/** Stands for the id that an agent would mint. */
const EXAMPLE_ID = '0'.repeat(64);

/** DomainError as creating it would give. Needs root, since the kernel is probed by trying. */
export function planLaunch(options: { stateDir: string; cgroupParent: string; spec: NamedSpec }): PlannedLaunch {
  const { stateDir, cgroupParent, spec } = options;
  const kernel = openLinuxKernel();
  const features = probeKernel(kernel);
  checkHost(features);
  return withCgroups(cgroupParent, (cgroups) => {
    const around: Surroundings = {
      kernel,
      features,
      cgroups,
      images: readImageStore(stateDir),
      host: { memoryBytes: totalmem(), cpuCount: availableParallelism() },
    };
    const resolved = resolveContainer(around, EXAMPLE_ID, spec, () => new IdRanges().take(EXAMPLE_ID));
    const { seccomp } = resolved.ociConfig.linux;
    const plan = buildLaunchPlan(
      launchInputOf(around, resolved, {
        upperDir: join(stateDir, 'snapshots', EXAMPLE_ID, 'upper'),
        workDir: join(stateDir, 'snapshots', EXAMPLE_ID, 'work'),
        seccompFilter: seccomp === undefined ? null : compileFilter(kernel, seccomp),
        startAtOnce: true,
      }),
    );
    return { ociConfig: resolved.ociConfig, steps: plan.steps, text: renderPlan(plan) };
  });
}

/** Opening makes the parent where there is none; then it is removed again. */
function withCgroups<T>(parent: string, use: (cgroups: Cgroups) => T): T {
  const wasThere = ['', 'freezer'].some((hierarchy) => existsSync(join('/sys/fs/cgroup', hierarchy, parent)));
  using cgroups = openCgroups({ parent });
  try {
    return use(cgroups);
  } finally {
    if (!wasThere) cgroups.removeParent();
  }
}
