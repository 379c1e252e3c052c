import { describeActor, type FleetEvent, type HostEvent, shortId } from '@vitrine/protocol';
import { exitLabel } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import type { CliContext } from '../context.ts';
import { followEvents } from '../follow.ts';
import { resolveContainer, resolveHost } from '../resolve.ts';
import { parseNumber } from '../sizes.ts';
import { printable } from '../table.ts';

function detailOf(event: HostEvent): string {
  switch (event.type) {
    case 'agent.started':
      return `version ${event.version}, ${event.recovered} recovered`;
    case 'agent.stopped':
    case 'container.deleted':
      return '';
    case 'container.created':
      return event.image;
    case 'container.started':
      return event.launchNs === null
        ? `pid ${event.pid}`
        : `pid ${event.pid} in ${(event.launchNs / 1e6).toFixed(1)} ms`;
    case 'container.stop-requested':
      return `${event.signal}, SIGKILL after ${event.timeoutSec} s`;
    case 'container.kill-requested':
      return event.signal;
    case 'container.oom-kill':
      return `${event.count} processes killed for memory`;
    case 'container.exited':
      return exitLabel(event.exit);
  }
}

function lineOf({ hostName, event }: FleetEvent, { style }: CliContext): string {
  const container = 'containerId' in event ? `${event.containerName} (${shortId(event.containerId)})` : '';
  const parts = [event.type, container, detailOf(event)].filter((part) => part !== '');
  const who = style.paint('dim', `by ${printable(describeActor(event.actor))}`);
  return `${new Date(event.atMs).toISOString()}  ${printable(hostName)}  ${printable(parts.join('  '))}  ${who}`;
}

export const events = defineCommand({
  name: 'events',
  summary: 'Show what happened in the fleet, oldest first.',
  usage: '[options] [CONTAINER]',
  arity: [0, 1],
  options: {
    follow: { type: 'boolean', short: 'f', help: 'go on with what happens from now, until Ctrl-C' },
    tail: { type: 'string', short: 'n', value: 'N', help: 'the last N (100)' },
    after: { type: 'string', value: 'CURSOR', help: 'all after this cursor, which an earlier --json answer named' },
    type: { type: 'string', value: 'TYPE', help: 'only of this type, as in container.exited' },
    host: { type: 'string', value: 'HOST', help: 'only of one host' },
    json: { ...JSON_OPTION, help: 'print JSON: a page of events, or with --follow one event a line' },
  },
  run: async ({ context, values, positionals: [wanted] }) => {
    const hub = await context.hub();
    const container = wanted === undefined ? undefined : await resolveContainer(hub, wanted, values.host);
    const host = container === undefined && values.host !== undefined ? await resolveHost(hub, values.host) : undefined;
    const query = { hostId: container?.hostId ?? host?.id, containerId: container?.containerId, type: values.type };
    const after = values.after === undefined ? undefined : parseNumber('after', values.after);
    const page = await hub.listEvents({ ...query, after, limit: parseNumber('tail', values.tail ?? '100') });
    // Without a cursor the hub answers the newest first; people read downwards.
    const inOrder = page.events.toSorted((a, b) => a.cursor - b.cursor);
    const show = (event: FleetEvent): void => {
      context.print(values.json === true ? JSON.stringify(event) : lineOf(event, context));
    };
    if (values.json === true && values.follow !== true) context.print(JSON.stringify({ ...page, events: inOrder }));
    else for (const event of inOrder) show(event);
    if (values.follow === true) {
      for await (const event of followEvents(hub, { ...query, after: page.cursor }, context.interrupted)) show(event);
    }
    return 0;
  },
});
