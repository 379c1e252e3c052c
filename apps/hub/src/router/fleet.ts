import { watchFleet } from '@vitrine/services';
import { whileWatched } from './signal.ts';
import { procedure, router } from './trpc.ts';

export const fleetRouter = router({
  watch: procedure.subscription(({ ctx, signal }) => watchFleet(ctx, undefined, whileWatched(signal))),
});
