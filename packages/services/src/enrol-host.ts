import {
  DomainError,
  type EnrolRequest,
  type EnrolResponse,
  OLDEST_AGENT_PROTOCOL,
  PROTOCOL_VERSION,
} from '@vitrine/protocol';
import type { Hub } from './ask.ts';
import { hashJoinToken } from './verbs/join-tokens/join-token-secret.ts';

const WHY_NOT = {
  unknown: 'The join token is not known here.',
  expired: 'The join token has expired.',
  used: 'The join token was used already; each admits one host.',
};

/** Says which side is behind, for that is the mend. */
export function refuseOtherVersions(protocolVersion: number): void {
  if (protocolVersion > PROTOCOL_VERSION) {
    throw new DomainError('unsupported', {
      message: `The agent speaks protocol ${protocolVersion}; this hub speaks ${PROTOCOL_VERSION}.`,
      mend: 'Update the hub, then the agents.',
      field: 'protocolVersion',
    });
  }
  if (protocolVersion < OLDEST_AGENT_PROTOCOL) {
    throw new DomainError('unsupported', {
      message: `The agent speaks protocol ${protocolVersion}; this hub speaks ${OLDEST_AGENT_PROTOCOL} or newer.`,
      mend: 'Update the agent on that host.',
      field: 'protocolVersion',
    });
  }
}

/** A new host comes with a join token instead of a signed-in caller. */
export async function enrolHost(hub: Hub, request: EnrolRequest): Promise<EnrolResponse> {
  refuseOtherVersions(request.protocolVersion);
  const { hostname, publicKey, token } = request;
  const atMs = hub.now();
  const enrolment = await hub.stores.joinTokens.enrol({ tokenHash: hashJoinToken(token), hostname, publicKey, atMs });
  if (!enrolment.ok) {
    throw new DomainError('forbidden', {
      message: WHY_NOT[enrolment.why],
      mend: 'Make a new join token in the dashboard (Hosts, Add host) or with "vitrine join-token".',
      field: 'token',
    });
  }
  const { host } = enrolment;
  hub.fleet.add(host);
  await hub.stores.audit.append({
    atMs,
    actor: { kind: 'agent' },
    action: 'hosts.enrol',
    hostId: host.id,
    target: host.name,
    outcome: 'done',
    detail: `with a join token, as ${hostname}`,
  });
  return { hostId: host.id };
}
