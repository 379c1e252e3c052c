import { CgroupError } from '@vitrine/cgroups';
import { describeActor, describeDuration, type Autopsy, type FigureName } from '@vitrine/protocol';
import type { ExitRecord } from '@vitrine/runtime';
import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import type { TraceFindings } from './read-trace.ts';
import { signalName } from './signal-names.ts';

type Line = Autopsy['evidence'][number];

/** Counters that bear on a death. */
const TELLING: readonly FigureName[] = ['oomKills', 'memoryPeak', 'memoryLimit', 'pids', 'pidsLimit', 'cpuThrottled'];

/** What was literally read, line by line, with where it was read. */
export function gatherEvidence(
  parts: Parts,
  container: LiveContainer,
  { exit, endedAtMs, trace }: { exit: ExitRecord | null; endedAtMs: number; trace: TraceFindings | null },
): Line[] {
  const { record, tree } = container;
  const lines: Line[] = [];
  if (exit !== null) lines.push({ source: parts.store.fileOf(record.id, 'exit'), text: describeRecord(exit) });
  for (const text of trace?.lines ?? []) lines.push({ source: trace?.source ?? 'trace', text });
  if (record.stopRequest !== null) {
    const { by, request, signal, atMs } = record.stopRequest;
    const before = describeDuration(Math.max(0, endedAtMs - atMs));
    lines.push({
      source: 'request',
      text: `${request} with ${signal} asked by ${describeActor(by)} ${before} before the end`,
    });
  }
  lines.push(...counters(parts, record.id));
  if (tree !== null) {
    const age = (atMs: number) => describeDuration(Math.max(0, endedAtMs - atMs));
    lines.push({
      source: 'process tree',
      text: `these PIDs last seen ${age(tree.atMs)} before the end, all of them read ${age(tree.readAtMs)} before it`,
    });
  }
  return lines;
}

function describeRecord({ waitStatus, code, signal, coreDumped }: ExitRecord): string {
  const status = `wait status 0x${waitStatus.toString(16).padStart(4, '0')}`;
  if (signal === null) return `${status}: exited with code ${code ?? 0}`;
  return `${status}: ended by signal ${signal} (${signalName(signal)})${coreDumped ? ', core dumped' : ''}`;
}

function counters({ cgroups }: Parts, id: string): Line[] {
  try {
    const readings = cgroups
      .sources(id)
      .filter(({ figure }) => TELLING.includes(figure))
      .flatMap((source) => source.readings);
    const byPath = new Map(readings.map(({ path, text }) => [path, text.trim()]));
    return [...byPath].map(([source, text]) => ({ source, text }));
  } catch (error) {
    if (error instanceof CgroupError) return [];
    throw error;
  }
}
