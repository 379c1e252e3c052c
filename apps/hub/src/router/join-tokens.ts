import { CreateJoinToken, JoinTokenRef, JoinTokenRow, NewJoinToken } from '@vitrine/protocol';
import { createJoinToken, listJoinTokens, revokeJoinToken } from '@vitrine/services';
import { z } from 'zod';
import { procedure, rest, router } from './trpc.ts';

export const joinTokensRouter = router({
  list: procedure
    .meta(rest('GET', '/join-tokens', 'Join tokens, newest first, without their secrets'))
    .output(z.array(JoinTokenRow))
    .query(({ ctx }) => listJoinTokens(ctx)),
  create: procedure
    .meta(rest('POST', '/join-tokens', 'Make a token that enrols one host; shown this once'))
    .input(CreateJoinToken)
    .output(NewJoinToken)
    .mutation(({ ctx, input }) => createJoinToken(ctx, input)),
  revoke: procedure
    .meta(rest('DELETE', '/join-tokens/{id}', 'Take a join token back'))
    .input(JoinTokenRef)
    .output(JoinTokenRef)
    .mutation(({ ctx, input }) => revokeJoinToken(ctx, input)),
});
