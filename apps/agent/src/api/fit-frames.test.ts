import {
  AGENT_LINK_MAX_BYTES,
  applyProcessUpdate,
  type ContainerSummary,
  type ContainersUpdate,
  type ProcessInfo,
  type ProcessUpdate,
} from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { createHandlers, type Serving } from './create-handlers.ts';
import { fitContainers, fitProcesses } from './fit-frames.ts';

async function* from<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const largest = (updates: readonly unknown[]): number =>
  Math.max(...updates.map((update) => Buffer.byteLength(JSON.stringify(update))));

/** As large as somebody can make one who labels it with all that a request may hold. */
const container = (n: number) =>
  ({ id: String(n), labels: { note: 'x'.repeat(900_000) } }) as unknown as ContainerSummary;
const process = (pid: number) => ({ pid, commandLine: ['\u0001'.repeat(4096)] }) as ProcessInfo;

test('more containers than a frame can hold still reach the hub, each once and in their order', async () => {
  const containers = Array.from({ length: 12 }, (_, n) => container(n));

  const updates = await all(fitContainers(from<ContainersUpdate>({ type: 'snapshot', containers })));

  expect(largest(updates)).toBeLessThan(AGENT_LINK_MAX_BYTES / 4);
  expect(updates.map(({ type }) => type)).toEqual(['snapshot', ...Array<string>(11).fill('changed')]);
  const told = updates.flatMap((update) =>
    update.type === 'snapshot' ? update.containers : update.type === 'changed' ? [update.container] : [],
  );
  expect(told.map(({ id }) => id)).toEqual(containers.map(({ id }) => id));
});

test('a host without containers says so', async () => {
  const nothing: ContainersUpdate = { type: 'snapshot', containers: [] };

  expect(await all(fitContainers(from(nothing)))).toEqual([nothing]);
});

test('a tree of thousands of long command lines reaches the screen whole, and no frame is too large', async () => {
  const processes = Array.from({ length: 2000 }, (_, n) => process(n + 1));
  const next: ProcessUpdate = { type: 'delta', atMs: 2, changed: processes.slice(0, 1000), ended: [2000] };

  const updates = await all(fitProcesses(from<ProcessUpdate>({ type: 'snapshot', atMs: 1, processes }, next)));

  expect(largest(updates)).toBeLessThan(AGENT_LINK_MAX_BYTES / 4);
  const shown = updates.reduce(applyProcessUpdate, new Map<number, ProcessInfo>());
  expect([...shown.keys()]).toEqual(processes.slice(0, -1).map(({ pid }) => pid));
});

test('what the agent serves comes in frames that fit', async () => {
  const containers = Array.from({ length: 12 }, (_, n) => container(n));
  const processes = Array.from({ length: 2000 }, (_, n) => process(n + 1));
  const handlers = createHandlers({
    table: { watch: () => from({ type: 'snapshot', containers }) },
    processes: { watch: () => from({ type: 'snapshot', atMs: 1, processes }) },
  } as unknown as Serving);
  const { signal } = new AbortController();

  expect(largest(await all(handlers['containers.watch']({}, signal)))).toBeLessThan(AGENT_LINK_MAX_BYTES);
  expect(largest(await all(handlers['processes.watch']({}, signal)))).toBeLessThan(AGENT_LINK_MAX_BYTES);
});
