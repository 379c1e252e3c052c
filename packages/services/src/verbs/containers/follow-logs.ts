import type { FollowLogs, LogPage } from '@vitrine/protocol';
import type { SignedAsk } from '../../ask.ts';
import { watchThrough } from '../../fleet/watch-through.ts';
import { watches } from '../../law.ts';

async function* follow({ hub }: SignedAsk, request: FollowLogs, signal: AbortSignal): AsyncGenerator<LogPage> {
  const { hostId, containerId: id, tail } = request;
  let cursor = request.lastEventId ?? undefined;
  const input = () => ({ id, tail, ...(cursor === undefined ? {} : { cursor }) });
  for await (const page of watchThrough(hub.fleet, hostId, 'containers.followLogs', input, signal)) {
    cursor = page.cursor;
    yield page;
  }
}

/** Each line once, also over a broken connection, for the cursor goes with the question. */
export const followLogs = watches<FollowLogs, LogPage>({ needs: 'viewer' }, follow);
