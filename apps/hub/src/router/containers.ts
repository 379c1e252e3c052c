import { tracked } from '@trpc/server';
import {
  AutopsyReport,
  ContainerId,
  ContainerRef,
  CreateContainerRequest,
  DeleteContainerRequest,
  FigureSource,
  FleetContainer,
  FleetContainerDetail,
  FollowLogs,
  Isolation,
  KillContainerRequest,
  LaunchTrace,
  ListContainers,
  LogPage,
  LogsRequest,
  StopContainerRequest,
  WatchContainers,
} from '@vitrine/protocol';
import * as verbs from '@vitrine/services';
import { z } from 'zod';
import { whileWatched } from './signal.ts';
import { procedure, rest, router } from './trpc.ts';

const ONE = '/hosts/{hostId}/containers/{containerId}';

export const containersRouter = router({
  list: procedure
    .meta(rest('GET', '/containers', 'Containers of the fleet, also of hosts that are away'))
    .input(ListContainers)
    .output(z.array(FleetContainer))
    .query(({ ctx, input }) => verbs.listContainers(ctx, input)),
  create: procedure
    .meta(rest('POST', '/hosts/{hostId}/containers', 'Make a container and start it'))
    .input(CreateContainerRequest)
    .output(FleetContainerDetail)
    .mutation(({ ctx, input }) => verbs.createContainer(ctx, input)),
  get: procedure
    .meta(rest('GET', ONE, 'One container'))
    .input(ContainerRef)
    .output(FleetContainerDetail)
    .query(({ ctx, input }) => verbs.getContainer(ctx, input)),
  start: procedure
    .meta(rest('POST', `${ONE}/start`, 'Start a container that was made without starting it'))
    .input(ContainerRef)
    .output(FleetContainerDetail)
    .mutation(({ ctx, input }) => verbs.startContainer(ctx, input)),
  stop: procedure
    .meta(rest('POST', `${ONE}/stop`, 'Ask PID 1 to end, and kill it when the timeout is over'))
    .input(StopContainerRequest)
    .output(FleetContainerDetail)
    .mutation(({ ctx, input }) => verbs.stopContainer(ctx, input)),
  kill: procedure
    .meta(rest('POST', `${ONE}/kill`, 'Send PID 1 a signal'))
    .input(KillContainerRequest)
    .output(FleetContainerDetail)
    .mutation(({ ctx, input }) => verbs.killContainer(ctx, input)),
  delete: procedure
    .meta(rest('DELETE', ONE, 'Forget a stopped container'))
    .input(DeleteContainerRequest)
    .output(z.object({ id: ContainerId }))
    .mutation(({ ctx, input }) => verbs.deleteContainer(ctx, input)),
  autopsy: procedure
    .meta(rest('GET', `${ONE}/autopsy`, 'Why it ended'))
    .input(ContainerRef)
    .output(AutopsyReport)
    .query(({ ctx, input }) => verbs.readAutopsy(ctx, input)),
  launchTrace: procedure
    .meta(rest('GET', `${ONE}/launch-trace`, 'Every system call that made it'))
    .input(ContainerRef)
    .output(LaunchTrace)
    .query(({ ctx, input }) => verbs.readLaunchTrace(ctx, input)),
  isolation: procedure
    .meta(rest('GET', `${ONE}/isolation`, 'How far it is set apart'))
    .input(ContainerRef)
    .output(Isolation)
    .query(({ ctx, input }) => verbs.readIsolation(ctx, input)),
  sources: procedure
    .meta(rest('GET', `${ONE}/sources`, 'Where its figures come from, read anew'))
    .input(ContainerRef)
    .output(z.array(FigureSource))
    .query(({ ctx, input }) => verbs.readSources(ctx, input)),
  logs: procedure
    .meta(rest('GET', `${ONE}/logs`, 'What it wrote'))
    .input(LogsRequest)
    .output(LogPage)
    .query(({ ctx, input }) => verbs.readLogs(ctx, input)),
  watch: procedure
    .input(WatchContainers)
    .subscription(({ ctx, input, signal }) => verbs.watchContainers(ctx, input, whileWatched(signal))),
  usage: procedure
    .input(WatchContainers)
    .subscription(({ ctx, input, signal }) => verbs.watchUsage(ctx, input, whileWatched(signal))),
  samples: procedure
    .input(ContainerRef)
    .subscription(({ ctx, input, signal }) => verbs.watchSamples(ctx, input, whileWatched(signal))),
  followLogs: procedure.input(FollowLogs).subscription(async function* ({ ctx, input, signal }) {
    for await (const page of verbs.followLogs(ctx, input, whileWatched(signal))) yield tracked(page.cursor, page);
  }),
});
