import type { ContainerSummary, Host, HostSample } from '@vitrine/protocol';
import { ContainerId, HostId } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { containerKey, LiveStore } from './live-store.ts';

const alpha = HostId.parse('11111111-1111-4111-8111-111111111111');
const web = ContainerId.parse('a'.repeat(64));

const sampleAt = (atMs: number): HostSample => ({
  atMs,
  cpuBusyUsec: 0,
  cpuCount: 2,
  memoryTotalBytes: 1,
  memoryAvailableBytes: 1,
  load1: 0,
  cpuPressure: null,
  memoryPressure: null,
  ioPressure: null,
  processes: 1,
  containers: { running: 1, created: 0, stopped: 0 },
  agent: { cpuUsec: 0, rssBytes: 0 },
  lastEventSeq: 0,
});

const host = (sample: HostSample | null): Host => ({
  id: alpha,
  name: 'alpha',
  connection: 'online',
  enrolledAtMs: 0,
  lastSeenAtMs: 0,
  clockSkewMs: 0,
  info: null,
  sample,
});

const container = (status: ContainerSummary['status']): ContainerSummary => ({
  id: web,
  name: 'web',
  image: 'starter',
  command: ['sleep'],
  status,
  pid: null,
  createdAtMs: 0,
  startedAtMs: null,
  stoppedAtMs: null,
  exit: null,
  oomKills: 0,
  limits: {},
  labels: {},
});

/** A store whose frames come when the test says so. */
function storeWithFrames() {
  const frames: (() => void)[] = [];
  const store = new LiveStore((flush) => frames.push(flush));
  return {
    store,
    frame: () => {
      for (const flush of frames.splice(0)) flush();
    },
  };
}

test('many heartbeats between two frames are shown at once', () => {
  const { store, frame } = storeWithFrames();
  let renders = 0;
  store.subscribe(() => (renders += 1));
  store.tellFleet({ type: 'snapshot', hosts: [{ host: host(sampleAt(1)), history: [sampleAt(1)] }] });
  for (const atMs of [2, 3, 4]) store.tellFleet({ type: 'host', host: host(sampleAt(atMs)) });
  frame();

  expect(renders).toBe(1);
  expect(store.read().hosts[0]?.history.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4]);
});

test('a host that is only renamed adds nothing to its charts', () => {
  const { store, frame } = storeWithFrames();
  store.tellFleet({ type: 'snapshot', hosts: [{ host: host(sampleAt(1)), history: [sampleAt(1)] }] });
  store.tellFleet({ type: 'host', host: { ...host(sampleAt(1)), name: 'omega' } });
  frame();

  expect(store.read().hosts[0]).toMatchObject({ host: { name: 'omega' }, history: [{ atMs: 1 }] });
});

test('containers count as told when every host has said its own', () => {
  const { store, frame } = storeWithFrames();
  store.tellFleet({ type: 'snapshot', hosts: [{ host: host(null), history: [] }] });
  frame();
  expect(store.read().containersTold).toBe(false);

  store.tellContainers({ hostId: alpha, hostName: 'alpha', update: { type: 'snapshot', containers: [] } });
  frame();
  expect(store.read().containersTold).toBe(true);
});

test('a container that ended shows no usage any more', () => {
  const { store, frame } = storeWithFrames();
  const key = containerKey(alpha, web);
  store.tellContainers({
    hostId: alpha,
    hostName: 'alpha',
    update: { type: 'snapshot', containers: [container('running')] },
  });
  const usage = { id: web, cpuCores: 0.5, memoryBytes: 1, memoryLimitBytes: null, pids: 1 };
  store.tellUsage({ hostId: alpha, update: { atMs: 1, containers: [usage] } });
  frame();
  expect(store.read().usageById.get(key)).toMatchObject({ cpuCores: 0.5, recentCpu: [0.5] });

  store.tellContainers({
    hostId: alpha,
    hostName: 'alpha',
    update: { type: 'changed', container: container('stopped') },
  });
  frame();
  expect(store.read().usageById.has(key)).toBe(false);
});

test('a heartbeat leaves the list of containers the same object, so that tables rest', () => {
  const { store, frame } = storeWithFrames();
  store.tellFleet({ type: 'snapshot', hosts: [{ host: host(null), history: [] }] });
  store.tellContainers({
    hostId: alpha,
    hostName: 'alpha',
    update: { type: 'snapshot', containers: [container('running')] },
  });
  frame();
  const before = store.read().containers;
  store.tellFleet({ type: 'host', host: host(sampleAt(2)) });
  frame();

  expect(store.read().containers).toBe(before);
});
