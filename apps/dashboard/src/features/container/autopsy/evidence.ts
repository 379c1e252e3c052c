import { type Autopsy, describeActor, describeBytes, describeDuration, exitCodeMeaning } from '@vitrine/protocol';

export interface Fact {
  term: string;
  value: string;
  /** In the kernel's words. */
  kernel?: boolean;
}

const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');

/** The exit record and the counters as terms and values; what nobody knows is left out. */
export function exitFacts({ exit, startedAtMs, endedAtMs, waitStatus, memory, oomKills }: Autopsy): Fact[] {
  const facts: (Fact | null)[] = [
    ...endFacts(exit),
    startedAtMs === null ? null : { term: 'Started', value: time(startedAtMs), kernel: true },
    { term: 'Ended', value: time(endedAtMs), kernel: true },
    startedAtMs === null ? null : { term: 'Lived', value: describeDuration(Math.max(0, endedAtMs - startedAtMs)) },
    waitStatus === null
      ? null
      : { term: 'Wait status', value: `0x${waitStatus.toString(16).padStart(4, '0')}`, kernel: true },
    memory.lastBytes === null
      ? null
      : { term: 'Memory at the end', value: memoryText(memory.lastBytes, memory.limitBytes) },
    memory.peakBytes === null
      ? null
      : { term: 'Memory at most', value: memoryText(memory.peakBytes, memory.limitBytes) },
    {
      term: 'Killed for memory',
      value: oomKills === 0 ? 'nothing' : `${oomKills} ${oomKills === 1 ? 'process' : 'processes'}`,
    },
  ];
  return facts.filter((fact) => fact !== null);
}

const memoryText = (bytes: number, limitBytes: number | null): string =>
  limitBytes === null ? `${describeBytes(bytes)}, no limit` : `${describeBytes(bytes)} of ${describeBytes(limitBytes)}`;

function endFacts(exit: Autopsy['exit']): (Fact | null)[] {
  switch (exit.kind) {
    case 'exited': {
      const meaning = exitCodeMeaning(exit.code);
      return [
        { term: 'Exit code', value: String(exit.code), kernel: true },
        meaning === undefined ? null : { term: 'Usually means', value: meaning },
      ];
    }
    case 'signaled':
      return [
        { term: 'Signal', value: exit.signal, kernel: true },
        { term: 'Core dumped', value: exit.coreDumped ? 'yes' : 'no' },
        ...senderFacts(exit.sender),
      ];
    case 'oom':
      return [
        { term: 'Victim', value: `${exit.victim.comm ?? 'unknown'}, pid ${exit.victim.pid}`, kernel: true },
        exit.limitBytes === null ? null : { term: 'Limit', value: describeBytes(exit.limitBytes) },
        exit.usageBytes === null ? null : { term: 'Used then', value: describeBytes(exit.usageBytes) },
      ];
    case 'stopped':
      return [
        { term: 'Asked for by', value: describeActor(exit.by) },
        exit.signal === null ? null : { term: 'Signal', value: exit.signal, kernel: true },
        exit.code === null ? null : { term: 'Exit code', value: String(exit.code), kernel: true },
        { term: 'In time', value: exit.escalated ? 'no, SIGKILL followed' : 'yes' },
      ];
    case 'launch-failed':
      return [
        { term: 'Step', value: exit.step },
        { term: 'Call', value: exit.error, kernel: true },
        { term: 'Exit code', value: String(exit.code), kernel: true },
        { term: 'Mend', value: exit.mend },
      ];
    case 'lost':
      return [{ term: 'Why unknown', value: exit.why }];
  }
}

function senderFacts(sender: Extract<Autopsy['exit'], { kind: 'signaled' }>['sender']): (Fact | null)[] {
  switch (sender.kind) {
    case 'kernel':
      return [{ term: 'Sent by', value: 'the kernel' }];
    case 'unknown':
      return [{ term: 'Sent by', value: `unknown: ${sender.why}` }];
    case 'process':
      return [
        { term: 'Sent by', value: `${sender.comm}, pid ${sender.pid}`, kernel: true },
        sender.commandLine === null ? null : { term: 'Its command', value: sender.commandLine.join(' '), kernel: true },
        sender.uid === null ? null : { term: 'Its user', value: sender.userName ?? `uid ${sender.uid}` },
        sender.where === 'unknown' ? null : { term: 'It ran', value: SENDER_PLACE[sender.where](sender.containerName) },
      ];
  }
}

const SENDER_PLACE = {
  host: () => 'on the host',
  'this-container': () => 'in this container',
  'other-container': (name: string | null) => `in container ${name ?? 'of unknown name'}`,
} satisfies Record<string, (name: string | null) => string>;

/** The last minute, or all of a shorter life with a second around it. */
export const lastMinute = ({
  startedAtMs,
  endedAtMs,
}: Pick<Autopsy, 'startedAtMs' | 'endedAtMs'>): { fromMs: number; toMs: number } => ({
  fromMs: Math.max(endedAtMs - 60_000, (startedAtMs ?? 0) - 1_000),
  toMs: endedAtMs + 500,
});

/** `…/memory.max` is called memory.max; what is no path keeps its name. */
export const sourceName = (source: string): string => source.slice(source.lastIndexOf('/') + 1);

/** All evidence as one text, to be pasted into a report. */
export const evidenceText = (evidence: Autopsy['evidence']): string =>
  evidence.map(({ source, text }) => `# ${source}\n${text}\n`).join('\n');
