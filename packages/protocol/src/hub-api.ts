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
export type StopContainerRequest = z.infer<typeof StopContainerRequest>;

export const KillContainerRequest = ContainerRef.extend({ signal: z.string().default('SIGKILL') });
export type KillContainerRequest = z.infer<typeof KillContainerRequest>;

export const DeleteContainerRequest = ContainerRef.extend({ force: z.boolean().default(false) });
export type DeleteContainerRequest = z.infer<typeof DeleteContainerRequest>;

export const LogsRequest = ContainerRef.extend({
  tail: z.coerce.number().int().min(0).max(10_000).default(200),
  cursor: z.string().max(64).optional(),
});
export type LogsRequest = z.infer<typeof LogsRequest>;

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

export const ListEventGaps = z.object({ hostId: HostId.optional() });
export type ListEventGaps = z.infer<typeof ListEventGaps>;

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

export const AuditPage = z.object({ rows: z.array(AuditRow), nextBefore: z.string().nullable() });
export type AuditPage = z.infer<typeof AuditPage>;

/** Newest first. */
export const ListAudit = z.object({
  hostId: HostId.optional(),
  /** Only rows older than the row with this id. */
  before: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type ListAudit = z.infer<typeof ListAudit>;

export const ChangePassword = z.object({
  currentPassword: z.string().min(1).max(128),
  newPassword: z.string().min(12, 'must have at least 12 characters').max(128, 'must have at most 128 characters'),
});
export type ChangePassword = z.infer<typeof ChangePassword>;

/** What people call a host; by default its hostname. */
export const HostName = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/,
    'must start with a letter or digit and hold at most 63 letters, digits, "_", "." or "-"',
  );
export type HostName = z.infer<typeof HostName>;

export const RenameHost = HostRef.extend({ name: HostName });
export type RenameHost = z.infer<typeof RenameHost>;

export const CreateJoinToken = z.object({
  /** How long it may be used, once. */
  expiresInMinutes: z.number().int().min(1).max(10_080).default(60),
});
export type CreateJoinToken = z.infer<typeof CreateJoinToken>;

export const JoinTokenRef = z.object({ id: z.string().min(1).max(64) });
export type JoinTokenRef = z.infer<typeof JoinTokenRef>;

export const ApiTokenRef = z.object({ id: z.string().min(1).max(64) });
export type ApiTokenRef = z.infer<typeof ApiTokenRef>;

export const WatchContainers = z.object({ hostId: HostId.optional() });
export type WatchContainers = z.infer<typeof WatchContainers>;

/** The processes of one container, or of the whole host. */
export const WatchProcesses = HostRef.extend({ containerId: ContainerId.optional() });
export type WatchProcesses = z.infer<typeof WatchProcesses>;

export const WatchEvents = z.object({
  hostId: HostId.optional(),
  containerId: ContainerId.optional(),
  /** Events after this cursor first; without it only new ones. */
  after: z.number().int().optional(),
  /** Set by the client when it reconnects: the cursor of the last event it got. */
  lastEventId: z.string().regex(/^\d+$/).nullish(),
});
export type WatchEvents = z.infer<typeof WatchEvents>;

export const FollowLogs = ContainerRef.extend({
  tail: z.number().int().min(0).max(10_000).default(200),
  /** Set by the client when it reconnects: the cursor of the last page it got. */
  lastEventId: z.string().max(64).nullish(),
});
export type FollowLogs = z.infer<typeof FollowLogs>;
