import { randomUUID } from 'node:crypto';
import type { CreateJoinToken, NewJoinToken } from '@vitrine/protocol';
import type { Hub } from '../../ask.ts';
import { changes } from '../../law.ts';
import { hashJoinToken, mintJoinToken } from './join-token-secret.ts';

/** Also used by whoever has the hub's own disk and so needs no leave: the launcher of this machine's agent. */
export async function issueJoinToken(
  hub: Pick<Hub, 'stores' | 'publicUrl' | 'now'>,
  request: { createdBy: string; expiresInMinutes: number },
): Promise<NewJoinToken> {
  const token = mintJoinToken();
  const id = randomUUID();
  const createdAtMs = hub.now();
  const expiresAtMs = createdAtMs + request.expiresInMinutes * 60_000;
  const { createdBy } = request;
  await hub.stores.joinTokens.create({ id, tokenHash: hashJoinToken(token), createdBy, createdAtMs, expiresAtMs });
  return { id, token, expiresAtMs, command: `vitrine join --hub ${hub.publicUrl} --token ${token}` };
}

export const createJoinToken = changes<CreateJoinToken, NewJoinToken>(
  {
    action: 'joinTokens.create',
    needs: 'admin',
    subject: (_input, output) => (output === undefined ? {} : { target: output.id }),
  },
  ({ hub, caller }, { expiresInMinutes }) => issueJoinToken(hub, { createdBy: caller.user.name, expiresInMinutes }),
);
