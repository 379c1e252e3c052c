import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyRouter } from '@trpc/server';
import { DomainError, type HostInfo } from '@vitrine/protocol';
import type { Logger } from 'pino';
import type { AgentOptions } from '../options.ts';
import { backoffMs } from './backoff.ts';
import { enrol } from './enrol.ts';
import { HubLink } from './hub-link.ts';
import type { Identity } from './identity.ts';

type Linking = {
  identity: Identity;
  options: Pick<AgentOptions, 'hubUrl' | 'joinToken'>;
  router: AnyRouter;
  hostInfo: HostInfo;
  log: Logger;
};

/**
 * Connects this host to its hub, if it has one. Enrols first when it must and a token was given; a token that the hub refuses is
 * an error of the start, a hub that is not there yet is waited for.
 */
export async function linkToHub({ identity, options, router, hostInfo, log }: Linking): Promise<{ close: () => void }> {
  const { hubUrl, joinToken } = options;
  const closed = new AbortController();
  let tokenUsed = false;
  const join = async (): Promise<void> => {
    if (hubUrl === undefined || joinToken === undefined || tokenUsed) return;
    await enrol(identity, { hubUrl, token: joinToken, hostname: hostInfo.hostname });
    tokenUsed = true;
  };
  const link = new HubLink({
    identity,
    router,
    hostInfo: () => hostInfo,
    log,
    // A hub that has lost its memory, or a host that was removed: with a fresh token it comes back as a new host.
    onRefused: async () => {
      if (joinToken === undefined || tokenUsed) return false;
      await join();
      return true;
    },
  });
  await moveWithHub(identity, options);
  const enrolledHere = hubUrl === undefined || identity.enrolled?.hubUrl === hubUrl;
  if (identity.enrolled === undefined || !enrolledHere) {
    if (!(await tryJoin(join))) void joinLater({ join, link, log, closed: closed.signal });
  }
  link.start();
  return {
    close: () => {
      closed.abort();
      link.close();
    },
  };
}

/** An address without a token is a new one of the same hub: on another port it still knows this host by its key. */
async function moveWithHub(identity: Identity, { hubUrl, joinToken }: Linking['options']): Promise<void> {
  const { enrolled } = identity;
  if (enrolled === undefined || hubUrl === undefined || joinToken !== undefined || enrolled.hubUrl === hubUrl) return;
  await identity.remember({ ...enrolled, hubUrl });
}

/** False when the hub cannot be reached now. */
async function tryJoin(join: () => Promise<void>): Promise<boolean> {
  try {
    await join();
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'host-offline') return false;
    throw error;
  }
}

async function joinLater({
  join,
  link,
  log,
  closed,
}: {
  join: () => Promise<void>;
  link: HubLink;
  log: Logger;
  closed: AbortSignal;
}) {
  try {
    for (let failures = 0; ; failures += 1) {
      await sleep(backoffMs(failures, Math.random), undefined, { signal: closed });
      if (await tryJoin(join)) break;
    }
    link.start();
  } catch (error) {
    if (!closed.aborted) log.error({ error }, 'this host could not be enrolled');
  }
}
