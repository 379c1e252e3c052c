import { ApiTokenRef, ApiTokenRow, CreateApiToken, NewApiToken } from '@vitrine/protocol';
import { createApiToken, listApiTokens, revokeApiToken } from '@vitrine/services';
import { z } from 'zod';
import { procedure, rest, router } from './trpc.ts';

export const apiTokensRouter = router({
  list: procedure
    .meta(rest('GET', '/api-tokens', "One's own API tokens, without their secrets"))
    .output(z.array(ApiTokenRow))
    .query(({ ctx }) => listApiTokens(ctx)),
  create: procedure
    .meta(rest('POST', '/api-tokens', 'Make an API token; shown this once'))
    .input(CreateApiToken)
    .output(NewApiToken)
    .mutation(({ ctx, input }) => createApiToken(ctx, input)),
  revoke: procedure
    .meta(rest('DELETE', '/api-tokens/{id}', 'Revoke an API token'))
    .input(ApiTokenRef)
    .output(ApiTokenRef)
    .mutation(({ ctx, input }) => revokeApiToken(ctx, input)),
});
