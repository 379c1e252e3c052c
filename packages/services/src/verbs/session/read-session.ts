import type { SessionUser } from '@vitrine/protocol';
import { reads } from '../../law.ts';

/** Who is asking, with the role that this request has: a token's own when it is the lesser. */
export const readSession = reads<void, SessionUser>(
  { needs: 'viewer', evenWithInitialPassword: true },
  ({ caller }) => ({
    ...caller.user,
    role: caller.role,
  }),
);
