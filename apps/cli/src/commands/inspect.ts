import {
  type ContainerDetail,
  describeActor,
  describeBytes,
  type FleetContainerDetail,
  type Limits,
} from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import { HOST_OPTION } from '../container-verb.ts';
import type { CliContext } from '../context.ts';
import { resolveContainer } from '../resolve.ts';
import { ageCell, stateCell } from '../rows.ts';
import { printable, renderSheet } from '../table.ts';

const NONE = '-';

function limitsLine({ memoryBytes, swapBytes, cpuCores, cpuWeight, pids }: Limits): string {
  const parts = [
    memoryBytes === undefined ? [] : [`memory ${describeBytes(memoryBytes)}`],
    swapBytes === undefined ? [] : [`swap ${describeBytes(swapBytes)}`],
    cpuCores === undefined ? [] : [`${cpuCores} CPU`],
    cpuWeight === undefined ? [] : [`CPU weight ${cpuWeight}`],
    pids === undefined ? [] : [`${pids} PIDs`],
  ].flat();
  return parts.length === 0 ? 'none' : parts.join(', ');
}

const idsLine = ({ uidRangeStart }: ContainerDetail): string =>
  uidRangeStart === null ? "the host's own" : `0…65535 are ${uidRangeStart}…${uidRangeStart + 65_535} on the host`;

function sheet({ container, hostName }: FleetContainerDetail, { style, now }: CliContext): string {
  const { spec } = container;
  const lists = [
    ...spec.env.map((entry): [string, string] => ['env', printable(entry)]),
    ...Object.entries(container.labels).map(([name, value]): [string, string] => [
      'label',
      printable(`${name}=${value}`),
    ]),
    ...Object.entries(container.cgroup?.paths ?? {}).map(([name, path]): [string, string] => [`cgroup ${name}`, path]),
  ];
  return renderSheet([
    ['name', container.name],
    ['id', container.id],
    ['host', printable(hostName)],
    ['image', container.image],
    ['command', printable(container.command.join(' '))],
    ['state', stateCell(container, style)],
    ['PID 1', container.pid === null ? NONE : `${container.pid} on the host`],
    ['shim', container.shimPid === null ? NONE : String(container.shimPid)],
    ['created', `${ageCell(now(), container.createdAtMs)} by ${printable(describeActor(container.createdBy))}`],
    ['started', container.startedAtMs === null ? NONE : ageCell(now(), container.startedAtMs)],
    ['ended', container.stoppedAtMs === null ? NONE : ageCell(now(), container.stoppedAtMs)],
    ['limits', limitsLine(container.limits)],
    ['OOM kills', String(container.oomKills)],
    ['hostname', spec.hostname ?? NONE],
    ['user', spec.user ?? NONE],
    ['user ids', idsLine(container)],
    ['network', spec.network],
    ['seccomp', spec.seccomp],
    ...lists,
  ]);
}

export const inspect = defineCommand({
  name: 'inspect',
  summary: 'Show everything that is known of one container.',
  usage: '[options] CONTAINER',
  arity: [1, 1],
  options: { host: HOST_OPTION, json: JSON_OPTION },
  run: async ({ context, values, positionals: [wanted = ''] }) => {
    const hub = await context.hub();
    const detail = await hub.getContainer(await resolveContainer(hub, wanted, values.host));
    context.print(values.json === true ? JSON.stringify(detail) : sheet(detail, context));
    return 0;
  },
});
