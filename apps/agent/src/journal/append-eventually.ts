import { setTimeout as sleep } from 'node:timers/promises';
import type { HostEvent } from '@vitrine/protocol';
import type { Logger } from 'pino';
import { isErrno } from '@vitrine/kernel';
import type { Journal, NewHostEvent } from './journal.ts';

const FULL_DISK_WAIT_MS = 1000;

/**
 * For what has happened already and must not be lost: on a full disk it waits until there is space. Throws when the agent
 * goes before that; the next start finds the event missing and appends it.
 */
export async function eventually<T>(
  work: () => Promise<T>,
  { log, closing }: { log: Logger; closing: AbortSignal },
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'EIO') || closing.aborted) throw error;
      log.error({ error }, 'the disk is full: what happened cannot be written down yet; free some space');
      await sleep(FULL_DISK_WAIT_MS, undefined, { signal: closing });
    }
  }
}

export const appendEventually = (
  journal: Journal,
  patience: { log: Logger; closing: AbortSignal },
  ...events: NewHostEvent[]
): Promise<HostEvent[]> => eventually(() => journal.append(...events), patience);
