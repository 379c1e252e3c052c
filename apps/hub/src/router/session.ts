import { ChangePassword, SessionUser } from '@vitrine/protocol';
import { changePassword, readSession } from '@vitrine/services';
import { z } from 'zod';
import { procedure, rest, router } from './trpc.ts';

export const sessionRouter = router({
  me: procedure
    .meta(rest('GET', '/me', 'Who is asking'))
    .output(SessionUser)
    .query(({ ctx }) => readSession(ctx)),
  changePassword: procedure
    .meta(rest('POST', '/me/password', "Change one's own password and sign out every other session"))
    .input(ChangePassword)
    .output(z.object({ changed: z.literal(true) }))
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
});
