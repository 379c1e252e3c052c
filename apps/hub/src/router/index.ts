import { apiTokensRouter } from './api-tokens.ts';
import { auditRouter } from './audit.ts';
import { containersRouter } from './containers.ts';
import { eventsRouter } from './events.ts';
import { fleetRouter } from './fleet.ts';
import { hostsRouter } from './hosts.ts';
import { joinTokensRouter } from './join-tokens.ts';
import { processesRouter } from './processes.ts';
import { sessionRouter } from './session.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  session: sessionRouter,
  fleet: fleetRouter,
  hosts: hostsRouter,
  joinTokens: joinTokensRouter,
  containers: containersRouter,
  processes: processesRouter,
  events: eventsRouter,
  audit: auditRouter,
  apiTokens: apiTokensRouter,
});

export type AppRouter = typeof appRouter;
