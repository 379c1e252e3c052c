import { HostId, HostInfo } from '@vitrine/protocol';
import type { Host as HostRow } from '../generated/sqlite/client.ts';
import type { HostRecord } from '../stores.ts';
import { readMs } from './time.ts';

export const toHostRecord = (row: HostRow): HostRecord => ({
  id: HostId.parse(row.id),
  name: row.name,
  publicKey: row.publicKey,
  enrolledAtMs: Number(row.enrolledAtMs),
  lastSeenAtMs: readMs(row.lastSeenAtMs),
  revokedAtMs: readMs(row.revokedAtMs),
  removedAtMs: readMs(row.removedAtMs),
  info: row.info === null ? null : readInfo(row.info),
});

/** An older agent may have said less than is known today: then nothing is known until it connects again. */
function readInfo(json: string): HostInfo | null {
  const parsed = HostInfo.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}
