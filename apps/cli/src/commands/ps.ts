import { type FleetContainer, shortId } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import type { CliContext } from '../context.ts';
import { resolveHost } from '../resolve.ts';
import { ageCell, stateCell } from '../rows.ts';
import { type Column, printable, renderTable } from '../table.ts';

const columnsOf = ({ style, now }: CliContext): readonly Column<FleetContainer>[] => [
  { title: 'ID', cell: ({ container }) => shortId(container.id) },
  { title: 'NAME', cell: ({ container }) => container.name },
  { title: 'HOST', cell: ({ hostName }) => printable(hostName) },
  { title: 'IMAGE', cell: ({ container }) => container.image },
  { title: 'COMMAND', shrinks: true, cell: ({ container }) => printable(container.command.join(' ')) },
  { title: 'STATE', cell: ({ container }) => stateCell(container, style) },
  { title: 'PID', align: 'right', cell: ({ container }) => (container.pid === null ? '-' : String(container.pid)) },
  { title: 'CREATED', cell: ({ container }) => ageCell(now(), container.createdAtMs) },
];

export const ps = defineCommand({
  name: 'ps',
  summary: 'List containers of the whole fleet, or of one host.',
  usage: '[options]',
  arity: [0, 0],
  options: {
    all: { type: 'boolean', short: 'a', help: 'those that have ended, too' },
    host: { type: 'string', value: 'HOST', help: 'only those of one host' },
    quiet: { type: 'boolean', short: 'q', help: 'print ids only' },
    json: JSON_OPTION,
  },
  run: async ({ context, values }) => {
    const hub = await context.hub();
    const host = values.host === undefined ? undefined : await resolveHost(hub, values.host);
    const known = await hub.listContainers({ hostId: host?.id });
    const rows = values.all === true ? known : known.filter(({ container }) => container.status !== 'stopped');
    if (values.json === true) context.print(JSON.stringify(rows));
    else if (values.quiet !== true) context.print(renderTable(columnsOf(context), rows, context.style.columns));
    else for (const { container } of rows) context.print(container.id);
    return 0;
  },
});
