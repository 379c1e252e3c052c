import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FleetContainersUpdate, FleetUpdate, ProcessUpdate } from '@vitrine/protocol';
import type { FakeHost } from '@vitrine/testing';
import { eventually, like, startTestHub, type TestHub } from '../../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let hub: TestHub;
let host: FakeHost;
let trpc: ReturnType<TestHub['client']>;
beforeEach(async () => {
  hub = await startTestHub();
  host = await hub.host();
  trpc = hub.client(await hub.token('viewer'));
});
afterEach(() => hub[Symbol.asyncDispose]());

/** Collects what a subscription brings; the hub's end unsubscribes it. */
function collect<T>(subscribe: (handlers: { onData: (item: T) => void }) => unknown): T[] {
  const items: T[] = [];
  subscribe({ onData: (item) => items.push(item) });
  return items;
}

test('the fleet is shown whole, with its history, and then each heartbeat and each lost connection', async () => {
  host.machine.tick();
  host.machine.tick();
  await eventually(() => (hub.running.hub.fleet.host(host.hostId).sample === null ? undefined : true));
  const updates = collect<FleetUpdate>((on) => trpc.fleet.watch.subscribe(undefined, on));
  const first = await eventually(() => updates[0]);

  expect(first).toMatchObject({ type: 'snapshot', hosts: [{ host: { name: 'alpha', connection: 'online' } }] });
  expect(first.type === 'snapshot' ? first.hosts[0]?.history.length : 0).toBeGreaterThan(0);

  host.machine.tick();
  await eventually(() => updates.find((update) => update.type === 'host' && update.host.sample !== null));
  await host.cutOff();
  await eventually(() => updates.find((update) => update.type === 'host' && update.host.connection === 'stale'));
});

test('a container that dies changes its row without being asked for', async () => {
  const container = await host.machine.run({ image: 'starter', name: 'mortal' });
  const updates = collect<FleetContainersUpdate>((on) => trpc.containers.watch.subscribe({}, on));
  await eventually(() => updates.find(({ update }) => update.type === 'snapshot'));

  host.machine.die(container, { kind: 'exited', code: 3 });

  const row = await eventually(() =>
    updates.flatMap(({ update }) => (update.type === 'changed' ? [update.container] : [])).at(-1),
  );
  expect(row).toMatchObject({ name: 'mortal', status: 'stopped', exit: { kind: 'exited', code: 3 } });
});

test('samples, usage and processes go on over a lost connection, beginning anew', async () => {
  const container = await host.machine.run({ image: 'starter', name: 'watched' });
  const ref = { hostId: host.hostId, containerId: container.id };
  host.machine.tick();
  const samples = collect<{ samples: unknown[] }>((on) => trpc.containers.samples.subscribe(ref, on));
  const usage = collect((on) => trpc.containers.usage.subscribe({}, on));
  const processes = collect<ProcessUpdate>((on) => trpc.processes.watch.subscribe(ref, on));
  await eventually(() => (samples[0] && usage[0] && processes[0] ? true : undefined));
  expect(samples[0]?.samples).toHaveLength(1);

  await host.cutOff();
  host.machine.tick();
  const usageBefore = usage.length;
  await host.connect();

  await eventually(() => processes.filter(({ type }) => type === 'snapshot')[1]);
  const ring = await eventually(() => samples.at(-1));
  expect(ring.samples).toHaveLength(2);
  await eventually(() => (usage.length > usageBefore ? true : undefined));
});

test('log lines are followed over a lost connection, each once', async () => {
  const container = await host.machine.run({ image: 'starter', name: 'talker' });
  const ref = { hostId: host.hostId, containerId: container.id };
  const lines: string[] = [];
  trpc.containers.followLogs.subscribe(ref, {
    onData: ({ data }) => lines.push(...data.lines.map(({ text }) => text)),
  });
  await eventually(() => lines[0]);

  container.write(Date.now(), 'while connected');
  host.machine.tick();
  await eventually(() => lines.find((line) => line === 'while connected'));
  await host.cutOff();
  container.write(Date.now(), 'while away');
  await host.connect();

  await eventually(() => lines.find((line) => line === 'while away'));
  expect(lines.slice(1)).toEqual(['while connected', 'while away']);
});

test('a browser that comes back goes on with the event after the last it got', async () => {
  const before = await eventually(async () => (await trpc.events.list.query({ after: 0 })).events[0]);
  await host.machine.run({ image: 'starter', name: 'missed' });
  await eventually(async () => (await trpc.events.list.query({ after: 0 })).events[2]);

  const seen: string[] = [];
  trpc.events.watch.subscribe(
    { lastEventId: String(before.cursor) },
    { onData: ({ data }) => seen.push(data.event.type) },
  );

  await eventually(() => seen[1]);
  await host.machine.run({ image: 'starter', name: 'live' });
  await eventually(() => seen[3]);
  expect(seen).toEqual(['container.created', 'container.started', 'container.created', 'container.started']);
});

test('a host that is removed leaves the list of whoever watches', async () => {
  const updates = collect<FleetUpdate>((on) => trpc.fleet.watch.subscribe(undefined, on));
  await eventually(() => updates[0]);

  await hub.request('DELETE', `/api/v1/hosts/${host.hostId}`, { token: await hub.token() });

  await eventually(() => updates.find((update) => update.type === 'host-removed'));
  await expect(host.connect()).rejects.toMatchObject({ code: 'forbidden', message: like(/not enrolled here/) });
});

test('a host is renamed for everybody, but not to a name that is taken', async () => {
  const token = await hub.token();
  await hub.host('beta');
  const rename = (name: string) => hub.request('PATCH', `/api/v1/hosts/${host.hostId}`, { token, body: { name } });

  expect((await rename('beta')).body).toMatchObject({ code: 'conflict', field: 'name' });
  expect((await rename('front')).body).toMatchObject({ name: 'front' });
  const events = await eventually(async () => (await trpc.events.list.query({ hostId: host.hostId })).events[0]);
  expect(events.hostName).toBe('front');
});
