import { access, writeFile } from 'node:fs/promises';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Lets the containers of one run go before everything else on this machine, so that a limit is what holds them back
 * and not the other programs of a busy day. The weight is of the run's own parent cgroup and goes with it.
 */
export async function favour(cgroupParent: string): Promise<void> {
  const v1 = `/sys/fs/cgroup/cpu/${cgroupParent}/cpu.shares`;
  const v2 = `/sys/fs/cgroup/${cgroupParent}/cpu.weight`;
  if (await exists(v1)) await writeFile(v1, '262144');
  else await writeFile(v2, '10000');
}
