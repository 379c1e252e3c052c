/**
 * What the hub keeps, in the words of the protocol. No Prisma type passes this file, so whoever only uses the stores
 * need not know what is below them.
 */
import type {
  ApiTokenRow,
  AuditRow,
  ContainerId,
  EventGap,
  FleetEvent,
  HostEvent,
  HostEventType,
  HostId,
  HostInfo,
  JoinTokenRow,
} from '@vitrine/protocol';

/** An enrolled host, as it is on disk. A removed host keeps its row so that its events keep their name. */
export interface HostRecord {
  id: HostId;
  name: string;
  /** Ed25519, raw 32 bytes in base64url. */
  publicKey: string;
  enrolledAtMs: number;
  lastSeenAtMs: number | null;
  revokedAtMs: number | null;
  removedAtMs: number | null;
  info: HostInfo | null;
}

export interface HostStore {
  /** Without the removed ones, by name. */
  list(): Promise<HostRecord[]>;
  find(id: HostId): Promise<HostRecord | undefined>;
  /** DomainError 'conflict' when another host has that name. */
  rename(id: HostId, name: string): Promise<void>;
  revoke(id: HostId, atMs: number): Promise<void>;
  remove(id: HostId, atMs: number): Promise<void>;
  noteSeen(id: HostId, seen: { atMs: number; info?: HostInfo }): Promise<void>;
}

export interface NewJoinTokenRecord {
  id: string;
  tokenHash: string;
  createdBy: string;
  createdAtMs: number;
  expiresAtMs: number;
}

/** Why a join token was not good, or the host that it made. */
export type Enrolment = { ok: true; host: HostRecord } | { ok: false; why: 'unknown' | 'expired' | 'used' };

export interface JoinTokenStore {
  create(record: NewJoinTokenRecord): Promise<void>;
  /** Newest first. */
  list(): Promise<JoinTokenRow[]>;
  /** False when there is none. */
  delete(id: string): Promise<boolean>;
  /** Uses the token up and adds the host, both or neither; of two that come with one token only one gets in. */
  enrol(request: { tokenHash: string; hostname: string; publicKey: string; atMs: number }): Promise<Enrolment>;
}

export interface EventQuery {
  hostId?: HostId | undefined;
  containerId?: ContainerId | undefined;
  type?: HostEventType | undefined;
  /** Only later ones, oldest first; without it newest first. */
  after?: number | undefined;
  before?: number | undefined;
  limit: number;
}

export interface EventStore {
  /** Inserts each event once by (host, seq) and answers those that were new, in order. */
  append(hostId: HostId, events: readonly HostEvent[]): Promise<FleetEvent[]>;
  /** The highest seq kept of that host, gaps included; 0 when none. */
  lastSeq(hostId: HostId): Promise<number>;
  list(query: EventQuery): Promise<FleetEvent[]>;
  /** The highest cursor given out; 0 when none. */
  lastCursor(): Promise<number>;
  recordGap(gap: EventGap): Promise<void>;
  /** Newest first. */
  listGaps(hostId?: HostId): Promise<EventGap[]>;
}

export interface AuditStore {
  append(row: Omit<AuditRow, 'id'>): Promise<AuditRow>;
  /** Newest first. */
  list(query: { hostId?: HostId | undefined; before?: string | undefined; limit: number }): Promise<AuditRow[]>;
}

export interface ApiTokenStore {
  list(userId: string): Promise<ApiTokenRow[]>;
  /** False when that user has no such token. */
  delete(userId: string, id: string): Promise<boolean>;
}

export interface Stores {
  hosts: HostStore;
  joinTokens: JoinTokenStore;
  events: EventStore;
  audit: AuditStore;
  apiTokens: ApiTokenStore;
}
