import { expect, test } from 'vitest';
import { AgentRig } from './rig/agent-rig.ts';

test.each([
  ['cgroup parent', (rig: AgentRig) => ['--cgroup-parent', rig.cgroupParent]],
  ['state directory', (rig: AgentRig) => ['--state-dir', rig.stateDir]],
])(
  'an agent that was given the %s of another one does not start, and touches no container of it',
  async (_, places) => {
    await using rig = await AgentRig.open();
    const { id, pid } = await rig.shell('while :; do sleep 1; done');

    await expect(AgentRig.open({ arguments: places(rig) })).rejects.toThrow(
      /Another agent runs with .*\nmend: Stop it first/,
    );

    expect(await rig.client.call('containers.get', { id })).toMatchObject({ status: 'running', pid });
    await rig.restart();
    expect(await rig.client.call('containers.get', { id })).toMatchObject({ status: 'running', pid });
  },
);
