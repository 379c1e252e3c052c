import { CgroupError } from '@vitrine/cgroups';
import type { CgroupSample } from '@vitrine/protocol';
import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';

/**
 * The cgroup's counters once more, now that nothing runs in it and before it goes: a kill for memory in the last second is
 * only told here. The sample is not put into the ring: its gauges are those of an empty cgroup.
 */
export function readLastSample(
  { cgroups, log }: Parts,
  { id, samples, record }: LiveContainer,
): { sample: CgroupSample | undefined; oomKillsBefore: number } {
  const oomKillsBefore = samples.last()?.oomKills ?? record.oomKills;
  try {
    return { sample: cgroups.sample(id), oomKillsBefore };
  } catch (error) {
    if (!(error instanceof CgroupError)) log.warn({ error, id }, 'the last counters could not be read');
    return { sample: samples.last(), oomKillsBefore };
  }
}
