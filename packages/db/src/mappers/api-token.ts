import { type ApiTokenRow, Role } from '@vitrine/protocol';
import type { Apikey } from '../generated/sqlite/client.ts';

export const toApiTokenRow = (row: Apikey): ApiTokenRow => ({
  id: row.id,
  name: row.name ?? '',
  start: row.start ?? '',
  role: roleOfMetadata(row.metadata),
  createdAtMs: row.createdAt.getTime(),
  expiresAtMs: row.expiresAt?.getTime() ?? null,
  lastUsedAtMs: row.lastRequest?.getTime() ?? null,
});

/** The least role when it cannot be read: a damaged row must not give rights. */
function roleOfMetadata(metadata: string | null): Role {
  const parsed: unknown = metadata === null ? null : JSON.parse(metadata);
  const held = typeof parsed === 'object' && parsed !== null && 'role' in parsed ? Role.safeParse(parsed.role) : null;
  return held?.success === true ? held.data : 'viewer';
}
