import type { LaunchStep, LaunchTrace } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import { HOST_OPTION } from '../container-verb.ts';
import type { CliContext, Tone } from '../context.ts';
import { resolveContainer } from '../resolve.ts';
import { type Column, printable, renderTable } from '../table.ts';

const TONE: Record<LaunchStep['outcome'], Tone> = {
  ok: 'plain',
  'allowed-error': 'dim',
  failed: 'bad',
  skipped: 'dim',
  'not-reached': 'dim',
};

const microseconds = (ns: number | null): string => (ns === null ? '-' : (ns / 1000).toFixed(1));

const resultOf = ({ result, errno, outcome }: LaunchStep): string =>
  result === null ? outcome : errno === null ? String(result) : `${errno} (${outcome})`;

const columnsOf = ({ style }: CliContext): readonly Column<LaunchStep>[] => [
  { title: 'AT µs', align: 'right', cell: ({ startedNs }) => microseconds(startedNs) },
  { title: 'TOOK µs', align: 'right', cell: ({ durationNs }) => microseconds(durationNs) },
  { title: 'SIDE', cell: ({ side }) => side },
  { title: 'GROUP', cell: ({ group }) => group },
  { title: 'STEP', cell: ({ label, outcome }) => style.paint(TONE[outcome], printable(label)) },
  { title: 'RESULT', cell: resultOf },
  { title: 'CALL', shrinks: true, cell: ({ call }) => printable(call) },
];

/** In the order in which they began; what was never reached comes last, in the plan's order. */
const byTime = (steps: readonly LaunchStep[]): readonly LaunchStep[] =>
  steps.toSorted((a, b) => (a.startedNs ?? Number.POSITIVE_INFINITY) - (b.startedNs ?? Number.POSITIVE_INFINITY) || 0);

function summary({ totalNs, steps }: LaunchTrace): string {
  const ran = steps.filter(({ startedNs }) => startedNs !== null).length;
  return totalNs === null
    ? `${ran} of ${steps.length} system calls ran; the launch did not reach exec.`
    : `${ran} system calls, ${(totalNs / 1e6).toFixed(2)} ms from the first to exec.`;
}

export const trace = defineCommand({
  name: 'trace',
  summary: 'Show every system call that made a container, in order.',
  usage: '[options] CONTAINER',
  arity: [1, 1],
  options: { host: HOST_OPTION, json: JSON_OPTION },
  run: async ({ context, values, positionals: [wanted = ''] }) => {
    const hub = await context.hub();
    const answer = await hub.launchTrace(await resolveContainer(hub, wanted, values.host));
    if (values.json === true) context.print(JSON.stringify(answer));
    else {
      context.print(renderTable(columnsOf(context), byTime(answer.steps), context.style.columns));
      context.print(`\n${summary(answer)}`);
    }
    return 0;
  },
});
