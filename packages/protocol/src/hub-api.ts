/** What browsers and scripts exchange with the hub, over tRPC and REST alike. The host's own nouns are in their own files. */
import { z } from 'zod';
import { ContainersUpdate, UsageUpdate } from './agent-api.ts';
import { Actor } from './actor.ts';
import { Autopsy } from './autopsy.ts';
import { ContainerDetail, ContainerSpec, ContainerSummary } from './container.ts';
import { FleetEvent, HostEventType } from './event.ts';
import { Host } from './host.ts';
import { ContainerId, HostId, IdempotencyKey } from './ids.ts';
import { HostSample } from './metrics.ts';
import { EpochMs } from './units.ts';

/** What somebody may do. Each role may do all that the ones before it may. */
export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

export const roleCovers = (held: Role, needed: Role): boolean =>
  Role.options.indexOf(held) >= Role.options.indexOf(needed);

export const SessionUser = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  mustChangePassword: z.boolean(),
});
export type SessionUser = z.infer<typeof SessionUser>;

export const HostRef = z.object({ hostId: HostId });
export type HostRef = z.infer<typeof HostRef>;

export const ContainerRef = z.object({ hostId: HostId, containerId: ContainerId });
export type ContainerRef = z.infer<typeof ContainerRef>;

/** A container of the fleet: its row, and whose it is. `seenAtMs`: when the hub last heard of it, by the hub's clock. */
export const FleetContainer = z.object({
  hostId: HostId,
  hostName: z.string(),
  seenAtMs: EpochMs,
  container: ContainerSummary,
});
export type FleetContainer = z.infer<typeof FleetContainer>;

export const ListContainers = z.object({
  hostId: HostId.optional(),
  /** Name, or id from its first digits on. */
  match: z.string().max(64).optional(),
});
export type ListContainers = z.infer<typeof ListContainers>;

export const CreateContainerRequest = HostRef.extend({
  spec: ContainerSpec,
  start: z.boolean().default(true),
  idempotencyKey: IdempotencyKey.optional(),
});
export type CreateContainerRequest = z.infer<typeof CreateContainerRequest>;

export const StopContainerRequest = ContainerRef.extend({ timeoutSec: z.number().int().min(0).max(3600).optional() });
export const KillContainerRequest = ContainerRef.extend({ signal: z.string().default('SIGKILL') });
export const DeleteContainerRequest = ContainerRef.extend({ force: z.stringbool().or(z.boolean()).default(false) });

export const LogsRequest = ContainerRef.extend({
  tail: z.coerce.number().int().min(0).max(10_000).default(200),
  cursor: z.string().max(64).optional(),
});

export const FleetContainerDetail = z.object({ hostId: HostId, hostName: z.string(), container: ContainerDetail });
export type FleetContainerDetail = z.infer<typeof FleetContainerDetail>;

/** The autopsy with its sentence made. */
export const AutopsyReport = z.object({ sentence: z.string(), autopsy: Autopsy });
export type AutopsyReport = z.infer<typeof AutopsyReport>;

/** First the whole fleet, then whatever changes. */
export const FleetUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), hosts: z.array(z.object({ host: Host, history: z.array(HostSample) })) }),
  z.object({ type: z.literal('host'), host: Host }),
  z.object({ type: z.literal('host-removed'), hostId: HostId }),
]);
export type FleetUpdate = z.infer<typeof FleetUpdate>;

export const FleetContainersUpdate = z.object({ hostId: HostId, hostName: z.string(), update: ContainersUpdate });
export type FleetContainersUpdate = z.infer<typeof FleetContainersUpdate>;

/** What the running containers of one host use now. */
export const FleetUsageUpdate = z.object({ hostId: HostId, update: UsageUpdate });
export type FleetUsageUpdate = z.infer<typeof FleetUsageUpdate>;

export const ListEvents = z.object({
  hostId: HostId.optional(),
  containerId: ContainerId.optional(),
  type: HostEventType.optional(),
  /** Only events after this cursor, oldest first; without it the newest `limit`, newest first. */
  after: z.coerce.number().int().optional(),
  /** Go further back: only events before this cursor, newest first. */
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** With `after`: wait up to this long for the first new one. */
  waitSec: z.coerce.number().int().min(0).max(30).default(0),
});
export type ListEvents = z.infer<typeof ListEvents>;

export const EventsPage = z.object({ events: z.array(FleetEvent), cursor: z.number().int() });
export type EventsPage = z.infer<typeof EventsPage>;

/** A stretch of a host's events that nobody has any more. */
export const EventGap = z.object({
  hostId: HostId,
  fromSeq: z.number().int(),
  toSeq: z.number().int(),
  noticedAtMs: EpochMs,
});
export type EventGap = z.infer<typeof EventGap>;

/** The secret is in `token`, shown this once. */
export const NewJoinToken = z.object({ id: z.string(), token: z.string(), expiresAtMs: EpochMs, command: z.string() });
export type NewJoinToken = z.infer<typeof NewJoinToken>;

export const JoinTokenRow = z.object({
  id: z.string(),
  createdBy: z.string(),
  createdAtMs: EpochMs,
  expiresAtMs: EpochMs,
  usedAtMs: EpochMs.nullable(),
  usedByHostId: HostId.nullable(),
});
export type JoinTokenRow = z.infer<typeof JoinTokenRow>;

export const ApiTokenRow = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters, to tell tokens apart. */
  start: z.string(),
  role: Role,
  createdAtMs: EpochMs,
  expiresAtMs: EpochMs.nullable(),
  lastUsedAtMs: EpochMs.nullable(),
});
export type ApiTokenRow = z.infer<typeof ApiTokenRow>;

export const CreateApiToken = z.object({
  name: z.string().min(1).max(64),
  role: Role.default('operator'),
  expiresInDays: z.number().int().min(1).max(365).optional(),
});
export type CreateApiToken = z.infer<typeof CreateApiToken>;

export const NewApiToken = z.object({ row: ApiTokenRow, token: z.string() });
export type NewApiToken = z.infer<typeof NewApiToken>;

/** One change somebody made, kept for good. */
export const AuditRow = z.object({
  id: z.string(),
  atMs: EpochMs,
  actor: Actor,
  /** The same name as the procedure: `containers.stop`. */
  action: z.string(),
  hostId: HostId.nullable(),
  target: z.string().nullable(),
  outcome: z.enum(['done', 'refused', 'failed']),
  detail: z.string().nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;
