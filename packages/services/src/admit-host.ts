import { createPublicKey, verify } from 'node:crypto';
import { type AgentToHub, challengeText, DomainError } from '@vitrine/protocol';
import type { HostRecord } from '@vitrine/db/stores';
import type { Hub } from './ask.ts';
import { refuseOtherVersions } from './enrol-host.ts';

const REJOIN = 'On that host run "vitrine join" with a new join token.';

/** Whether whoever says hello is the host that it says it is. */
export async function admitHost(hub: Hub, nonce: string, hello: AgentToHub): Promise<HostRecord> {
  refuseOtherVersions(hello.protocolVersion);
  const host = await hub.stores.hosts.find(hello.hostId);
  if (host === undefined || host.removedAtMs !== null) {
    throw new DomainError('forbidden', { message: `The host ${hello.hostId} is not enrolled here.`, mend: REJOIN });
  }
  if (host.revokedAtMs !== null) {
    throw new DomainError('forbidden', { message: `The host ${host.name} was revoked.`, mend: REJOIN });
  }
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: host.publicKey }, format: 'jwk' });
  const signed = Buffer.from(challengeText(hello.hostId, nonce));
  if (!verify(null, signed, key, Buffer.from(hello.signature, 'base64url'))) {
    throw new DomainError('unauthenticated', {
      message: `The signature is not of the key with which ${host.name} was enrolled.`,
      mend: REJOIN,
    });
  }
  return host;
}
