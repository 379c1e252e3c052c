/** The whole chain with a host that is really another one: another kernel, cgroup v2, a cable that can be pulled. */
import { setTimeout as delay } from 'node:timers/promises';
import { EventsPage, FleetContainerDetail, Host } from '@vitrine/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type HubProcess, startHubProcess } from './hub-process.ts';
import { bootLab, type GuestProcess, type Lab, type LabNetwork, openLabNetwork } from './index.ts';
import { REPOSITORY } from './repository.ts';

const DEADLINE_MS = 90_000;
const AGENT = [process.execPath, `${REPOSITORY}/apps/agent/src/main.ts`];
const PLACES = ['--state-dir', '/mnt/vitrine', '--run-dir', '/run/vitrine', '--cgroup-parent', 'vitrine'];

/** Asks until it is as expected; the REST interface tells of no change by itself. */
async function eventually<T>(ask: () => Promise<T>, expected: (value: T) => boolean): Promise<T> {
  const until = performance.now() + DEADLINE_MS;
  for (;;) {
    const value = await ask();
    if (expected(value)) return value;
    if (performance.now() > until) throw new Error(`it never came true; last seen: ${JSON.stringify(value)}`);
    await delay(200);
  }
}

describe('an agent on Linux 6.1 with cgroup v2, and a hub here', () => {
  let hub: HubProcess;
  let network: LabNetwork;
  let lab: Lab;
  let agent: GuestProcess;
  let hostId: string;

  const host = async () => z.array(Host).parse(await hub.call('GET', '/hosts'))[0];
  const run = async (name: string, script: string, limits: object = {}) => {
    const spec = { name, image: 'starter', command: ['sh', '-c', script], limits };
    return FleetContainerDetail.parse(await hub.call('POST', `/hosts/${hostId}/containers`, { spec })).container;
  };
  const container = async (id: string) =>
    FleetContainerDetail.parse(await hub.call('GET', `/hosts/${hostId}/containers/${id}`)).container;
  const ended = (id: string) =>
    eventually(
      () => container(id),
      ({ status }) => status === 'stopped',
    );

  beforeAll(async () => {
    hub = await startHubProcess();
    network = openLabNetwork('fleet', { subnet: '10.77.1' });
    const hubAddress = await network.forward(hub.port);
    lab = await bootLab({ name: 'far', memory: '1500M', network });
    const joining = ['--hub-url', `http://${hubAddress}`, '--join-token', hub.makeJoinToken()];
    agent = lab.start([...AGENT, 'run', ...PLACES, ...joining], {
      cwd: REPOSITORY,
      env: { PATH: process.env['PATH'] ?? '' },
    });
    hostId = (await eventually(host, (seen) => seen?.connection === 'online'))?.id ?? '';
  });
  afterAll(async () => {
    await lab?.powerOff();
    await network?.[Symbol.asyncDispose]();
    await hub?.[Symbol.asyncDispose]();
  });

  test('it joins by its token and tells what it is', async () => {
    expect((await host())?.info).toMatchObject({ hostname: 'far', cgroupVersion: 'v2', cpuCount: 1 });
  });

  test('a container runs there and its true exit code arrives here', async () => {
    const { id } = await run('short', 'exit 7');
    expect((await ended(id)).exit).toEqual({ kind: 'exited', code: 7 });
  });

  test('a memory hog is told as out of memory, by v2’s own counter', async () => {
    const hog = 's=x; while :; do s=$s$s; done';
    const { id } = await run('hog', hog, { memoryBytes: 16 * 1024 * 1024, swapBytes: 0 });
    expect((await ended(id)).exit).toMatchObject({ kind: 'oom', limitBytes: 16 * 1024 * 1024 });
  });

  test('without tracefs the sender of a signal is told as unknown, with the reason', async () => {
    const { id } = await run('victim', 'while :; do sleep 1; done');
    const { pid } = await container(id);
    await lab.run(['kill', '-KILL', `${pid}`]);
    expect((await ended(id)).exit).toMatchObject({
      kind: 'signaled',
      signal: 'SIGKILL',
      sender: { kind: 'unknown', why: expect.stringMatching(/./) as string },
    });
  });

  test('cut off it is stale, then offline; what ends meanwhile is told once the cable is back, nothing lost or doubled', async () => {
    const { id } = await run('cut-off', 'while [ ! -e /tmp/end ]; do sleep 0.2; done; exit 9');
    const { pid } = await container(id);
    network.cut(lab.name);
    await eventually(host, (seen) => seen?.connection === 'stale');
    await eventually(host, (seen) => seen?.connection === 'offline');
    await lab.run(['touch', `/proc/${pid}/root/tmp/end`]);
    network.mend(lab.name);
    await eventually(host, (seen) => seen?.connection === 'online');

    expect((await ended(id)).exit).toEqual({ kind: 'exited', code: 9 });
    const { events } = EventsPage.parse(await hub.call('GET', `/events?hostId=${hostId}&limit=500`));
    const seqs = events.map(({ event }) => event.seq).toSorted((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    const ends = events.flatMap(({ event }) => (event.type === 'container.exited' ? [event.containerId] : []));
    expect(ends.filter((ended) => ended === id)).toHaveLength(1);
  });

  test('stopped in order, the agent leaves no cgroup, mount or task of an ended container behind', async () => {
    agent.kill('SIGTERM');
    expect((await agent.exited).code).toBe(0);
    const { stdout } = await lab.run([
      'sh',
      '-c',
      'find /sys/fs/cgroup/vitrine -mindepth 1 -type d; ls /run/vitrine/tasks /mnt/vitrine/snapshots; grep -c overlay /proc/mounts',
    ]);
    // One overlay: the repository's own, see guest-init.sh.
    expect(stdout.split('\n').filter((line) => line !== '' && !line.endsWith(':'))).toEqual(['1']);
  });
});
