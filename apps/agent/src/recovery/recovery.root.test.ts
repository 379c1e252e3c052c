import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSummary, HostEvent } from '@vitrine/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentRig } from '../rig/agent-rig.ts';
import { withoutTraces } from '../rig/without-traces.ts';

let rig: AgentRig;
beforeEach(async () => {
  rig = await AgentRig.open();
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

const list = () => rig.client.call('containers.list', {});
const find = async (name: string): Promise<ContainerSummary | undefined> =>
  (await list()).find((container) => container.name === name);
const typesOf = (events: readonly HostEvent[], id: string) =>
  events.filter((event) => 'containerId' in event && event.containerId === id).map(({ type }) => type);
/** Numbers without a gap, each once. */
const expectWhole = (events: readonly HostEvent[]) =>
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(5);
}

test('after a kill of the agent the running are found with their PIDs, and the dead are told once with their true exit', async () => {
  const lives = await rig.shell('while :; do sleep 1; done', { name: 'lives' });
  const dies = await rig.shell('read line; exit 42', {
    name: 'dies',
    command: ['/bin/sh', '-c', 'sleep 0.5; exit 42'],
  });
  await rig.killHard();
  expect(isAlive(lives.pid ?? 0)).toBe(true);
  await untilGone(dies.pid ?? 0);
  const { recovered } = await rig.start();

  expect(recovered).toBe(1);
  expect(await find('lives')).toMatchObject({ status: 'running', pid: lives.pid });
  expect(await find('dies')).toMatchObject({ status: 'stopped', exit: { kind: 'exited', code: 42 } });
  await rig.restart();
  const events = await rig.events();
  expectWhole(events);
  expect(typesOf(events, dies.id)).toEqual(['container.created', 'container.started', 'container.exited']);
  expect(typesOf(events, lives.id)).toEqual(['container.created', 'container.started']);
});

test('a recovered container is still watched, sampled and can be stopped', async () => {
  const { id } = await rig.shell('trap "exit 5" TERM; while :; do sleep 0.1; done', { name: 'kept' });
  await rig.running(id, 2);
  await rig.restart();
  for await (const { samples } of rig.client.follow('containers.samples', { id })) if (samples.length > 0) break;
  await rig.client.call('containers.stop', { id });

  expect((await rig.exited(id)).exit).toMatchObject({ kind: 'stopped', code: 5, by: { kind: 'local' } });
});

test('a stop whose agent died before the timeout is still forced', async () => {
  const { id } = await rig.shell('trap "" TERM; while :; do sleep 0.1; done', { name: 'deaf' });
  await rig.running(id, 2);
  await rig.client.call('containers.stop', { id, timeoutSec: 1 });
  await rig.restart();

  expect((await rig.exited(id)).exit).toMatchObject({ kind: 'stopped', signal: 'SIGKILL', escalated: true });
});

test('a kill from the host while the agent was away is still told with its sender', async () => {
  const container = await rig.shell('while :; do sleep 1; done', { name: 'victim' });
  await rig.killHard();
  process.kill(container.pid ?? 0, 'SIGKILL');
  await untilGone(container.pid ?? 0);
  await rig.start();

  expect((await rig.exited(container.id)).exit).toMatchObject({
    kind: 'signaled',
    signal: 'SIGKILL',
    sender: { kind: 'process', pid: process.pid },
  });
});

test('a shim that is killed takes its container with it, and the end is told as unknown with who did it', async () => {
  await withoutTraces(rig, async () => {
    const container = await rig.shell('while :; do sleep 1; done', { name: 'orphan' });
    process.kill(container.shimPid ?? 0, 'SIGKILL');
    const { exit } = await rig.exited(container.id);

    expect(exit).toMatchObject({ kind: 'lost' });
    expect(exit.kind === 'lost' && exit.why).toMatch(
      /its shim \(pid \d+\) ended without an exit record: killed with SIGKILL by/,
    );
    await untilGone(container.pid ?? 0);
  });
});

test('shim and container killed while the agent was away are told as lost, and nothing is left', async () => {
  await withoutTraces(rig, async () => {
    const container = await rig.shell('while :; do sleep 1; done', { name: 'both' });
    await rig.killHard();
    process.kill(container.shimPid ?? 0, 'SIGKILL');
    await untilGone(container.pid ?? 0);
    await rig.start();

    expect((await find('both'))?.exit).toMatchObject({ kind: 'lost' });
  });
});

test('an agent killed at any moment of many creates leaves whole containers or none', async () => {
  for (let round = 0; round < 6; round += 1) {
    const asked = Array.from({ length: 8 }, (_, index) =>
      rig.shell('while :; do sleep 1; done', { name: `r${round}-${index}` }).catch(() => undefined),
    );
    // Each round dies at another moment of the launches.
    await sleep(round * 12);
    await rig.killHard();
    await Promise.all(asked);
    await rig.start();
  }
  const containers = await list();
  const alive = containers.filter(({ status }) => status === 'running');

  expect(alive.every(({ pid }) => pid !== null && isAlive(pid))).toBe(true);
  const { tasks, snapshots, cgroups } = rig.traces();
  const ids = new Set(alive.map(({ id }) => id as string));
  expect(new Set(tasks)).toEqual(ids);
  expect(new Set(snapshots)).toEqual(ids);
  expect(cgroups.filter((directory) => ![...ids].some((id) => directory.endsWith(id)))).toEqual([]);
  const events = await rig.events();
  expectWhole(events);
  for (const { id } of alive) expect(typesOf(events, id)).toEqual(['container.created', 'container.started']);
});

/** The agent dies with the record as it was before the launch; `untold` takes the container's events out of the journal, too. */
async function dieBeforeTheRecordFollows(id: string, { untold }: { untold: boolean }): Promise<void> {
  await rig.killHard();
  const file = path.join(rig.stateDir, 'containers', id, 'record.json');
  const record = JSON.parse(readFileSync(file, 'utf8')) as object;
  const before = { status: 'creating', pid: null, shimPid: null, startedAtMs: null, startedBy: null, launchNs: null };
  writeFileSync(file, JSON.stringify({ ...record, ...before }));
  if (!untold) return;
  const journal = path.join(rig.stateDir, 'journal', '0000000000000001.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, lines.filter((line) => !line.includes(id)).join('\n'));
}

test('a container that the journal tells of is there again, although its record did not follow', async () => {
  const container = await rig.shell('while :; do sleep 1; done', { name: 'told' });
  const before = await rig.client.call('containers.get', { id: container.id });
  await dieBeforeTheRecordFollows(container.id, { untold: false });
  await rig.start();
  await rig.restart();

  expect(await rig.client.call('containers.get', { id: container.id })).toEqual(before);
  expect(typesOf(await rig.events(), container.id)).toEqual(['container.created', 'container.started']);
  await rig.client.call('containers.kill', { id: container.id });
  expect((await rig.exited(container.id)).exit).toMatchObject({ kind: 'stopped', by: { kind: 'local' } });
});

test('a created container that the journal tells of can still be started', async () => {
  const { id } = await rig.create({ name: 'waits', command: ['/bin/sleep', '600'] }, { start: false });
  await dieBeforeTheRecordFollows(id, { untold: false });
  await rig.start();

  expect(await find('waits')).toMatchObject({ status: 'created' });
  expect(await rig.client.call('containers.start', { id })).toMatchObject({ status: 'running' });
});

test('a container that nobody was told of is taken away whole', async () => {
  await withoutTraces(rig, async () => {
    const container = await rig.shell('while :; do sleep 1; done', { name: 'untold' });
    await dieBeforeTheRecordFollows(container.id, { untold: true });
    await rig.start();
    await untilGone(container.pid ?? 0);

    expect(await find('untold')).toBeUndefined();
  });
});

test('a clean stop leaves containers alone and says so in the journal', async () => {
  const container = await rig.shell('while :; do sleep 1; done', { name: 'survivor' });
  await rig.stop();
  expect(isAlive(container.pid ?? 0)).toBe(true);
  const { recovered } = await rig.start();

  expect(recovered).toBe(1);
  expect((await rig.events()).map(({ type }) => type)).toEqual([
    'agent.started',
    'container.created',
    'container.started',
    'agent.stopped',
    'agent.started',
  ]);
});

test('a second agent for the same run directory is refused in one clear line', async () => {
  await expect(rig.start()).rejects.toThrow(/Another agent runs with .*\nmend: Stop it first/);
});

test('what ran when the host went down is told as lost, once, and taken away', async () => {
  await withoutTraces(rig, async () => {
    const container = await rig.shell('while :; do sleep 1; done', { name: 'rebooted' });
    await rig.killHard();
    process.kill(container.shimPid ?? 0, 'SIGKILL');
    await untilGone(container.pid ?? 0);
    // What a reboot changes, as far as the agent can tell.
    const file = path.join(rig.stateDir, 'containers', container.id, 'record.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"an-earlier-boot"'));
    await rig.start();
    await rig.restart();

    expect((await find('rebooted'))?.exit).toEqual({ kind: 'lost', why: 'the host was restarted while it ran' });
    expect(typesOf(await rig.events(), container.id)).toEqual([
      'container.created',
      'container.started',
      'container.exited',
    ]);
  });
});

test('two agents on one machine do not see or touch each other', async () => {
  await using other = await AgentRig.open();
  const [mine, theirs] = await Promise.all([
    rig.shell('while :; do sleep 1; done', { name: 'same' }),
    other.shell('while :; do sleep 1; done', { name: 'same' }),
  ]);
  await rig.restart();

  expect((await list()).map(({ id }) => id)).toEqual([mine.id]);
  expect(await other.client.call('containers.get', { id: theirs.id })).toMatchObject({
    status: 'running',
    pid: theirs.pid,
  });
  expect(isAlive(theirs.pid ?? 0)).toBe(true);
});
