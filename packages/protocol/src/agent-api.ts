/**
 * The agent's API as data: names, inputs and outputs. The agent builds its tRPC router from this table and the hub its
 * typed, parsing client, so the two cannot drift. Served on the agent's unix socket and, in reverse, on the WebSocket
 * that the agent dials to the hub. Every call carries who asks in `actor`; the unix socket fills it in by SO_PEERCRED.
 */
import { z } from 'zod';
import { Actor } from './actor.ts';
import { Autopsy } from './autopsy.ts';
import { ContainerDetail, ContainerSpec, ContainerSummary } from './container.ts';
import { HostEvent } from './event.ts';
import { HostInfo, Image } from './host.ts';
import { ContainerId, IdempotencyKey } from './ids.ts';
import { Isolation } from './isolation.ts';
import { LaunchTrace } from './launch-trace.ts';
import { LogPage } from './log.ts';
import { CgroupSample, ContainerUsage, FigureSource, HostSample } from './metrics.ts';
import { ProcessUpdate } from './process.ts';
import { EpochMs } from './units.ts';

const ById = z.strictObject({ id: ContainerId });
const Nothing = z.strictObject({});
const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({
  type: 'query' as const,
  input,
  output,
});
const mutation = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({
  type: 'mutation' as const,
  input,
  output,
});
const subscription = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({
  type: 'subscription' as const,
  input,
  output,
});

/** `removed` may name a container never announced. */
export const ContainersUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), containers: z.array(ContainerSummary) }),
  z.object({ type: z.literal('changed'), container: ContainerSummary }),
  z.object({ type: z.literal('removed'), id: ContainerId }),
]);
export type ContainersUpdate = z.infer<typeof ContainersUpdate>;

/** First the ring of what is remembered, oldest first, then one by one. */
export const SamplesUpdate = z.object({ samples: z.array(CgroupSample) });
export type SamplesUpdate = z.infer<typeof SamplesUpdate>;

/** What every running container of a host uses, once a second: small, so that a table of hundreds costs one stream. */
export const UsageUpdate = z.object({ atMs: EpochMs, containers: z.array(ContainerUsage) });
export type UsageUpdate = z.infer<typeof UsageUpdate>;

/** `firstSeq` is the oldest that the journal still has: a reader whose cursor is older has lost events and must show the gap. */
export const EventsUpdate = z.object({ firstSeq: z.number().int().nonnegative(), events: z.array(HostEvent) });
export type EventsUpdate = z.infer<typeof EventsUpdate>;

export const CreateContainer = z.strictObject({
  spec: ContainerSpec,
  /** Start it at once, in the same launch. */
  start: z.boolean().default(true),
  idempotencyKey: IdempotencyKey.optional(),
  actor: Actor,
});
export type CreateContainer = z.infer<typeof CreateContainer>;

export const AgentApi = {
  'host.info': query(Nothing, HostInfo),
  'host.watch': subscription(Nothing, HostSample),
  'images.list': query(Nothing, z.array(Image)),
  'containers.list': query(Nothing, z.array(ContainerSummary)),
  'containers.watch': subscription(Nothing, ContainersUpdate),
  'containers.get': query(ById, ContainerDetail),
  /** Answers when PID 1 was exec'd (start) or waits for it (no start); a failed launch is a DomainError 'launch-failed'. */
  'containers.create': mutation(CreateContainer, ContainerDetail),
  'containers.start': mutation(ById.extend({ actor: Actor }), ContainerDetail),
  /** Answers at once; the end is told by an event. */
  'containers.stop': mutation(
    ById.extend({ actor: Actor, timeoutSec: z.number().int().min(0).max(3600).optional() }),
    ContainerDetail,
  ),
  'containers.kill': mutation(ById.extend({ actor: Actor, signal: z.string().default('SIGKILL') }), ContainerDetail),
  'containers.delete': mutation(
    ById.extend({ actor: Actor, force: z.boolean().default(false) }),
    z.object({ id: ContainerId }),
  ),
  'containers.autopsy': query(ById, Autopsy),
  'containers.launchTrace': query(ById, LaunchTrace),
  'containers.isolation': query(ById, Isolation),
  'containers.sources': query(ById, z.array(FigureSource)),
  'containers.logs': query(
    ById.extend({ tail: z.number().int().min(0).max(10_000).default(200), cursor: z.string().max(64).optional() }),
    LogPage,
  ),
  /** From `cursor` on when given (a reader that comes back), else the last `tail` lines; then live. */
  'containers.followLogs': subscription(
    ById.extend({ tail: z.number().int().min(0).max(10_000).default(200), cursor: z.string().max(64).optional() }),
    LogPage,
  ),
  'containers.samples': subscription(ById, SamplesUpdate),
  'containers.usage': subscription(Nothing, UsageUpdate),
  /** The processes of one container, or of the whole host. */
  'processes.watch': subscription(z.strictObject({ containerId: ContainerId.optional() }), ProcessUpdate),
  /** Everything after `afterSeq` that the journal still has, then live. */
  'events.follow': subscription(z.strictObject({ afterSeq: z.number().int().nonnegative() }), EventsUpdate),
} as const;

export type AgentApi = typeof AgentApi;
export type AgentProcedure = keyof AgentApi;
export type AgentCall = {
  [P in AgentProcedure]: AgentApi[P]['type'] extends 'subscription' ? never : P;
}[AgentProcedure];
export type AgentStream = Exclude<AgentProcedure, AgentCall>;
/** As the caller may write it, before defaults are filled in. */
export type AgentInput<P extends AgentProcedure> = z.input<AgentApi[P]['input']>;
export type AgentOutput<P extends AgentProcedure> = z.output<AgentApi[P]['output']>;
