import { DomainError, type FleetContainer, type Host, shortId } from '@vitrine/protocol';
import type { ContainerAddress, Hub } from './hub.ts';

const listed = (names: readonly string[]): string => names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');

/** Among hosts by name or the first digits of the id. */
function matchingHosts(hosts: readonly Host[], wanted: string): readonly Host[] {
  const named = hosts.filter(({ name }) => name === wanted);
  return named.length > 0 ? named : hosts.filter(({ id }) => id.startsWith(wanted.toLowerCase()));
}

function onlyHost(hosts: readonly Host[]): Host {
  const online = hosts.filter(({ connection }) => connection !== 'revoked');
  const [host, ...others] = online;
  if (host === undefined) {
    throw new DomainError('not-found', {
      message: 'The fleet has no host yet.',
      mend: 'Make a join token with "vitrine join-token" and run the command it prints on a host.',
    });
  }
  if (others.length > 0) {
    throw new DomainError('invalid-input', {
      message: `The fleet has ${online.length} hosts: ${listed(online.map(({ name }) => name))}.`,
      mend: 'Say which one with "--host NAME".',
    });
  }
  return host;
}

/** The host somebody named, or the only one there is. */
export async function resolveHost(hub: Hub, wanted: string | undefined): Promise<Host> {
  const hosts = await hub.listHosts();
  if (wanted === undefined) return onlyHost(hosts);
  const [host, ...others] = wanted === '' ? [] : matchingHosts(hosts, wanted);
  if (host === undefined) {
    throw new DomainError('not-found', {
      message: `No host is called "${wanted}", and no host's id begins so.`,
      mend:
        hosts.length === 0
          ? 'The fleet has no host yet: see "vitrine join-token".'
          : `There are: ${listed(hosts.map(({ name }) => name))}.`,
    });
  }
  if (others.length > 0) {
    throw new DomainError('conflict', {
      message: `"${wanted}" is more than one host: ${listed([host, ...others].map(({ id, name }) => `${name} (${id})`))}.`,
      mend: 'Give more digits of the id.',
    });
  }
  return host;
}

const SHORTEST_PREFIX = 2;

/** A whole name wins over an id that begins so; a name counts on each host, so several hosts may answer to it. */
function matchingContainers(containers: readonly FleetContainer[], wanted: string): readonly FleetContainer[] {
  const named = containers.filter(({ container }) => container.name === wanted);
  if (named.length > 0) return named;
  if (!/^[0-9a-f]+$/.test(wanted) || wanted.length < SHORTEST_PREFIX) return [];
  return containers.filter(({ container }) => container.id.startsWith(wanted));
}

const describe = ({ container, hostName }: FleetContainer): string =>
  `${container.name} (${shortId(container.id)}) on ${hostName}`;

export interface Resolved extends ContainerAddress {
  readonly row: FleetContainer;
}

/**
 * One container of the fleet by name or first digits of its id.
 * Errors: `not-found`; `conflict` with the candidates when several answer.
 */
export async function resolveContainer(hub: Hub, wanted: string, hostWanted?: string): Promise<Resolved> {
  const host = hostWanted === undefined ? undefined : await resolveHost(hub, hostWanted);
  const containers = await hub.listContainers({ hostId: host?.id, match: wanted.slice(0, 64) });
  const [row, ...others] = matchingContainers(containers, wanted);
  if (row === undefined) {
    throw new DomainError('not-found', {
      message: `No container is called "${wanted}", and no container's id begins so.`,
      mend: 'See "vitrine ps --all" for those that there are.',
    });
  }
  if (others.length > 0) {
    throw new DomainError('conflict', {
      message: `"${wanted}" is more than one container: ${listed([row, ...others].map(describe))}.`,
      mend: 'Give more digits of the id, or the host with "--host NAME".',
    });
  }
  return { hostId: row.hostId, containerId: row.container.id, row };
}
