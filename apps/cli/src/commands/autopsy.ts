import { type AutopsyReport, describeBytes, exitTone } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import { HOST_OPTION } from '../container-verb.ts';
import type { CliContext } from '../context.ts';
import { resolveContainer } from '../resolve.ts';
import { printable, renderTable } from '../table.ts';

const LAST_LOG_LINES = 20;

const size = (bytes: number | null): string => (bytes === null ? 'unknown' : describeBytes(bytes));

function processTable({ autopsy }: AutopsyReport, { style }: CliContext): string {
  return renderTable(
    [
      { title: 'PID', align: 'right', cell: ({ pid }) => String(pid) },
      { title: 'IN IT', align: 'right', cell: ({ containerPid }) => String(containerPid ?? '-') },
      { title: 'STATE', cell: ({ state }) => state },
      { title: 'RSS', align: 'right', cell: ({ rssBytes }) => describeBytes(rssBytes) },
      { title: 'COMMAND', shrinks: true, cell: ({ commandLine, comm }) => printable(commandLine.join(' ') || comm) },
    ],
    autopsy.lastProcesses,
    style.columns,
  );
}

/** The sentence first, then what it rests on. */
function report(answer: AutopsyReport, context: CliContext): string {
  const { autopsy, sentence } = answer;
  const { style } = context;
  const section = (title: string, body: string): string[] =>
    body === '' ? [] : ['', style.paint('bold', title), body];
  const { limitBytes, peakBytes, lastBytes } = autopsy.memory;
  return [
    style.paint(exitTone(autopsy.exit) === 'bad' ? 'bad' : 'bold', printable(sentence)),
    ...section(
      'Evidence',
      autopsy.evidence
        .map(({ source, text }) => `${source}: ${printable(text.trimEnd().replaceAll('\n', '; '))}`)
        .join('\n'),
    ),
    ...section(
      'Memory',
      `last ${size(lastBytes)}, peak ${size(peakBytes)}, limit ${limitBytes === null ? 'none' : size(limitBytes)}`,
    ),
    ...section(
      'Last log lines',
      autopsy.lastLogs
        .slice(-LAST_LOG_LINES)
        .map(({ text }) => printable(text))
        .join('\n'),
    ),
    ...(autopsy.lastProcesses.length === 0 ? [] : section('Last processes', processTable(answer, context))),
  ].join('\n');
}

export const autopsy = defineCommand({
  name: 'autopsy',
  summary: 'Tell why a container ended, and on what evidence.',
  usage: '[options] CONTAINER',
  arity: [1, 1],
  options: { host: HOST_OPTION, json: JSON_OPTION },
  run: async ({ context, values, positionals: [wanted = ''] }) => {
    const hub = await context.hub();
    const answer = await hub.autopsy(await resolveContainer(hub, wanted, values.host));
    context.print(values.json === true ? JSON.stringify(answer) : report(answer, context));
    return 0;
  },
});
