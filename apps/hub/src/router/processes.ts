import { WatchProcesses } from '@vitrine/protocol';
import { watchProcesses } from '@vitrine/services';
import { whileWatched } from './signal.ts';
import { procedure, router } from './trpc.ts';

export const processesRouter = router({
  watch: procedure
    .input(WatchProcesses)
    .subscription(({ ctx, input, signal }) => watchProcesses(ctx, input, whileWatched(signal))),
});
