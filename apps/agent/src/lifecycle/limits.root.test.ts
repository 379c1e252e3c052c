import {
  autopsySentence,
  cpuCoresBetween,
  mebibytes,
  type CgroupSample,
  type ContainerDetail,
} from '@vitrine/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AgentRig } from '../rig/agent-rig.ts';

let rig: AgentRig;
beforeAll(async () => {
  rig = await AgentRig.open();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

/** Fills memory until the kernel says stop: tail keeps a line that never ends. */
const HOG = 'tail /dev/zero';

/** All samples up to the first that is wanted. */
async function samplesUntil(
  { id }: ContainerDetail,
  wanted: (sample: CgroupSample, count: number) => boolean,
): Promise<CgroupSample[]> {
  const found: CgroupSample[] = [];
  for await (const { samples } of rig.client.follow('containers.samples', { id })) {
    found.push(...samples);
    if (samples.some((sample) => wanted(sample, found.length))) break;
  }
  return found;
}

test('PID 1 that outgrows its memory ends in an autopsy that says so, with limit and victim', async () => {
  const container = await rig.create({
    name: 'hog',
    command: ['tail', '/dev/zero'],
    limits: { memoryBytes: mebibytes(32), swapBytes: 0 },
  });
  const { exit, actor } = await rig.exited(container.id);

  expect(exit).toMatchObject({
    kind: 'oom',
    limitBytes: mebibytes(32),
    victim: { pid: container.pid, containerPid: 1, comm: 'tail' },
  });
  expect(actor).toEqual({ kind: 'kernel' });
  const autopsy = await rig.client.call('containers.autopsy', { id: container.id });
  expect(autopsySentence(autopsy)).toMatch(/^Out of memory: the kernel killed tail \(pid \d+\)/);
  expect(autopsy.evidence.map(({ text }) => text)).toEqual(
    expect.arrayContaining([expect.stringMatching(/mark_victim: pid=\d+/), expect.stringMatching(/oom_kill 1/)]),
  );
});

test('a child killed for memory is told while the container lives on, and its shell exit code is never called out of memory', async () => {
  const container = await rig.shell(`${HOG}; echo survived $?; read line < /dev/zero & sleep 600`, {
    name: 'parent',
    limits: { memoryBytes: mebibytes(32), swapBytes: 0 },
  });
  const event = await rig.event('container.oom-kill', ({ containerId }) => containerId === container.id);

  expect(event).toMatchObject({ actor: { kind: 'kernel' } });
  expect(await rig.client.call('containers.get', { id: container.id })).toMatchObject({ status: 'running' });
  await rig.client.call('containers.delete', { id: container.id, force: true });
  const shell = await rig.shell(`${HOG}; exit $?`, {
    name: 'shell137',
    limits: { memoryBytes: mebibytes(32), swapBytes: 0 },
  });
  expect((await rig.exited(shell.id)).exit).toEqual({ kind: 'exited', code: 137 });
});

test('a fork bomb stops at its limit', async () => {
  const container = await rig.shell('bomb() { bomb | bomb & }; bomb; while :; do sleep 1; done', {
    name: 'bomb',
    limits: { pids: 32, cpuCores: 0.5, memoryBytes: mebibytes(64) },
  });
  const samples = await samplesUntil(container, ({ pidsRefused }) => (pidsRefused ?? 0) > 10);

  expect(Math.max(...samples.map(({ pids }) => pids ?? 0))).toBeLessThanOrEqual(32);
  expect(samples.at(-1)?.pidsLimit).toBe(32);
  expect(samples.at(-1)?.pidsRefused).toBeGreaterThan(0);
  await rig.client.call('containers.delete', { id: container.id, force: true });
});

test('a busy loop with a tenth of a core gets no more of it, and is seen to be throttled', async () => {
  const container = await rig.shell('while :; do :; done', { name: 'busy', limits: { cpuCores: 0.1 } });
  const throttled = ({ cpuThrottledPeriods }: CgroupSample) => (cpuThrottledPeriods ?? 0) > 10;
  const samples = await samplesUntil(container, (sample, count) => throttled(sample) && count > 2);
  const [first, last] = [samples[0], samples.at(-1)];
  const cores = first === undefined || last === undefined ? null : cpuCoresBetween(first, last);

  expect(cores).toBeLessThan(0.15);
  await rig.client.call('containers.delete', { id: container.id, force: true });
});

test('fifty containers started at once all run', async () => {
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, index) => rig.create({ name: `many-${index}`, command: ['/bin/sleep', '600'] })),
  );

  expect(made.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 'running'));
  expect(new Set(made.map(({ uidRangeStart }) => uidRangeStart)).size).toBe(50);
  await Promise.all(made.map(({ id }) => rig.client.call('containers.delete', { id, force: true })));
  expect(rig.traces()).toMatchObject({ cgroups: [], tasks: [], snapshots: [] });
});
