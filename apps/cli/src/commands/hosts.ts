import { describeBytes, type Host } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import type { CliContext } from '../context.ts';
import { ageCell, connectionCell } from '../rows.ts';
import { type Column, printable, renderTable } from '../table.ts';

const UNKNOWN = '-';

const columnsOf = ({ style, now }: CliContext): readonly Column<Host>[] => [
  { title: 'NAME', cell: ({ name }) => printable(name) },
  { title: 'STATE', cell: (host) => connectionCell(host, style) },
  { title: 'RUNNING', align: 'right', cell: ({ sample }) => String(sample?.containers.running ?? UNKNOWN) },
  { title: 'CPUS', align: 'right', cell: ({ info }) => String(info?.cpuCount ?? UNKNOWN) },
  { title: 'MEMORY', align: 'right', cell: ({ info }) => (info === null ? UNKNOWN : describeBytes(info.memoryBytes)) },
  { title: 'KERNEL', shrinks: true, cell: ({ info }) => printable(info?.kernel ?? UNKNOWN) },
  { title: 'CGROUP', cell: ({ info }) => info?.cgroupVersion ?? UNKNOWN },
  { title: 'AGENT', cell: ({ info }) => printable(info?.agentVersion ?? UNKNOWN) },
  { title: 'SEEN', cell: ({ lastSeenAtMs }) => (lastSeenAtMs === null ? 'never' : ageCell(now(), lastSeenAtMs)) },
  { title: 'ID', cell: ({ id }) => id.slice(0, 8) },
];

export const hosts = defineCommand({
  name: 'hosts',
  summary: 'List the hosts of the fleet.',
  usage: '[options]',
  arity: [0, 0],
  options: { json: JSON_OPTION },
  run: async ({ context, values }) => {
    const list = await (await context.hub()).listHosts();
    context.print(
      values.json === true ? JSON.stringify(list) : renderTable(columnsOf(context), list, context.style.columns),
    );
    return 0;
  },
});
