/** The simulated machine behind the agent's API: the same table from which the real agent makes its router. */
import { initTRPC } from '@trpc/server';
import {
  AgentApi,
  type AgentCall,
  type AgentOutput,
  type AgentStream,
  type ContainersUpdate,
  DomainError,
  type ErrorBody,
  type HostEvent,
  type Image,
  mebibytes,
  type ProcessInfo,
} from '@vitrine/protocol';
import type { z } from 'zod';
import { isolationOf, launchTraceOf, sourcesOf } from './fake-host-evidence.ts';
import { FAKE_IMAGES, type FakeMachine } from './fake-host-machine.ts';
import { hostProcesses } from './fake-host-processes.ts';

type Parsed<P extends AgentCall | AgentStream> = z.output<AgentApi[P]['input']>;
type Calls = { [P in AgentCall]: (input: Parsed<P>) => AgentOutput<P> | Promise<AgentOutput<P>> };
type Streams = { [P in AgentStream]: (input: Parsed<P>, signal: AbortSignal) => AsyncIterable<AgentOutput<P>> };

const imageOf = (reference: string, index: number): Image => ({
  reference,
  id: `sha256:${String(index + 1).repeat(64)}`,
  createdAtMs: 1_790_000_000_000,
  sizeBytes: mebibytes(2 + index * 40),
  layers: [{ diffId: `sha256:${String(index + 5).repeat(64)}`, sizeBytes: mebibytes(2 + index * 40) }],
  config: { entrypoint: [], cmd: ['/bin/sh', '-c', 'sleep infinity'], env: ['PATH=/bin'], workingDir: '/', user: '' },
});

const pageOf = (machine: FakeMachine, id: Parsed<'containers.logs'>['id'], from: number) => {
  const { logs } = machine.find(id);
  return { lines: logs.slice(from), cursor: String(logs.length) };
};

const startOf = (machine: FakeMachine, { id, tail, cursor }: Parsed<'containers.logs'>): number =>
  cursor === undefined ? Math.max(0, machine.find(id).logs.length - tail) : Number(cursor);

const callsOf = (machine: FakeMachine): Calls => ({
  'host.info': () => machine.info,
  'images.list': () => FAKE_IMAGES.map(imageOf),
  'containers.list': () => [...machine.containers.values()].map(({ detail }) => detail),
  'containers.get': ({ id }) => machine.find(id).detail,
  'containers.create': async (request) => (await machine.create(request)).detail,
  'containers.start': ({ id, actor }) => {
    machine.start(machine.find(id), actor);
    return machine.find(id).detail;
  },
  'containers.stop': ({ id, actor }) => {
    machine.end(machine.find(id), 'stop', machine.find(id).detail.spec.stopSignal, actor);
    return machine.find(id).detail;
  },
  'containers.kill': ({ id, actor, signal }) => {
    machine.end(machine.find(id), 'kill', signal, actor);
    return machine.find(id).detail;
  },
  'containers.delete': ({ id, actor, force }) => {
    machine.delete(machine.find(id), force, actor);
    return { id };
  },
  'containers.autopsy': ({ id }) => {
    const { autopsy } = machine.find(id);
    if (autopsy !== undefined) return autopsy;
    throw new DomainError('conflict', { message: 'It has not ended.', mend: 'Ask again when it has.' });
  },
  'containers.launchTrace': ({ id }) => launchTraceOf(machine.find(id)),
  'containers.isolation': ({ id }) => isolationOf(machine.find(id), machine.now()),
  'containers.sources': ({ id }) => sourcesOf(machine.find(id), machine.now()),
  'containers.logs': (input) => pageOf(machine, input.id, startOf(machine, input)),
});

async function* watchProcesses(machine: FakeMachine, input: Parsed<'processes.watch'>, signal: AbortSignal) {
  const { containerId } = input;
  const read = (atMs: number): ProcessInfo[] =>
    containerId === undefined ? hostProcesses(machine, atMs) : machine.find(containerId).processes(atMs);
  let known = new Set<number>();
  const first = read(machine.now());
  known = new Set(first.map(({ pid }) => pid));
  yield { type: 'snapshot' as const, atMs: machine.now(), processes: first };
  for await (const atMs of machine.follow<number>('tick', signal)) {
    const changed = read(atMs);
    const pids = new Set(changed.map(({ pid }) => pid));
    const ended = [...known].filter((pid) => !pids.has(pid));
    known = pids;
    yield { type: 'delta' as const, atMs, changed, ended };
  }
}

const streamsOf = (machine: FakeMachine): Streams => ({
  async *'host.watch'(_input, signal) {
    yield machine.sample();
    for await (const _atMs of machine.follow<number>('tick', signal)) yield machine.sample();
  },
  async *'containers.watch'(_input, signal) {
    const changes = machine.follow<ContainersUpdate>('container', signal);
    yield { type: 'snapshot', containers: [...machine.containers.values()].map(({ detail }) => detail) };
    yield* changes;
  },
  async *'containers.samples'({ id }, signal) {
    const container = machine.find(id);
    yield { samples: [...container.samples] };
    for await (const _atMs of machine.follow<number>('tick', signal)) {
      if (container.running) yield { samples: container.samples.slice(-1) };
    }
  },
  async *'containers.usage'(_input, signal) {
    const all = () => [...machine.containers.values()].filter(({ running }) => running).map((one) => one.usage());
    yield { atMs: machine.now(), containers: all() };
    for await (const atMs of machine.follow<number>('tick', signal)) yield { atMs, containers: all() };
  },
  async *'containers.followLogs'(input, signal) {
    let from = startOf(machine, input);
    yield pageOf(machine, input.id, from);
    from = machine.find(input.id).logs.length;
    for await (const _atMs of machine.follow<number>('tick', signal)) {
      const page = pageOf(machine, input.id, from);
      from = Number(page.cursor);
      if (page.lines.length > 0) yield page;
    }
  },
  'processes.watch': (input, signal) => watchProcesses(machine, input, signal),
  async *'events.follow'({ afterSeq }, signal) {
    const live = machine.follow<HostEvent>('event', signal);
    const { firstSeq } = machine;
    const kept = machine.journal.filter(({ seq }) => seq > afterSeq && seq >= firstSeq);
    yield { firstSeq, events: kept };
    for await (const event of live) yield { firstSeq: machine.firstSeq, events: [event] };
  },
});

const INTERNAL: ErrorBody = { code: 'internal', message: 'The fake host has a defect.', mend: null, field: null };

const t = initTRPC.create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, error: error.cause instanceof DomainError ? error.cause.toBody() : INTERNAL },
  }),
});

/** Nested by the first dot, as tRPC's clients write it. */
export function createFakeRouter(machine: FakeMachine) {
  const handlers: Record<string, unknown> = { ...callsOf(machine), ...streamsOf(machine) };
  const nested: Record<string, Record<string, ReturnType<typeof procedureOf>>> = {};
  for (const [name, { type, input }] of Object.entries(AgentApi)) {
    const [noun = '', verb = ''] = name.split('.');
    // The table's names are the handlers' names; that they fit is checked where Calls and Streams are.
    const handler = handlers[name] as (input: unknown, signal: AbortSignal) => never;
    (nested[noun] ??= {})[verb] = procedureOf(type, input, handler);
  }
  return t.router(nested);
}

function procedureOf(
  type: 'query' | 'mutation' | 'subscription',
  schema: z.ZodType,
  handler: (input: unknown, signal: AbortSignal) => never,
) {
  const procedure = t.procedure.input(schema);
  const never = new AbortController().signal;
  if (type === 'query') return procedure.query(({ input, signal }) => handler(input, signal ?? never));
  if (type === 'mutation') return procedure.mutation(({ input, signal }) => handler(input, signal ?? never));
  return procedure.subscription(({ input, signal }) => handler(input, signal ?? never));
}
