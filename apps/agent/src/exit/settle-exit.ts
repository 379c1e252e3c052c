/**
 * What happens when PID 1 is gone, in this order: read what will vanish (counters, trace, sender), decide why, write the autopsy
 * durably, write the record, journal the event, tell everybody, and only then clean up. A crash between any two of these is
 * made good at the next start: nothing is told twice, nothing is left.
 */
import type { Autopsy, CgroupSample, Exit } from '@vitrine/protocol';
import type { ExitRecord } from '@vitrine/runtime';
import { appendEventually, eventually } from '../journal/append-eventually.ts';
import type { NewHostEvent } from '../journal/journal.ts';
import { readLog } from '../logs/read-log.ts';
import { exitedEvent } from '../lifecycle/life-events.ts';
import type { LiveContainer } from '../lifecycle/live-container.ts';
import type { Parts } from '../lifecycle/parts.ts';
import type { ContainerRecord } from '../records/container-record.ts';
import { keepLaunchTrace } from '../lifecycle/keep-launch-trace.ts';
import { classifyExit, isFault, type Death } from './classify-exit.ts';
import { gatherEvidence } from './evidence.ts';
import { readLastSample } from './last-sample.ts';
import { readTraceOf, whoKilledShim, type TraceFindings } from './read-trace.ts';

const LAST_LOG_LINES = 100;
const LAST_SAMPLES = 60;
const LAST_SAMPLES_MS = LAST_SAMPLES * 1000;

/** `exit` null: the shim vanished without a record. `lost`: why nobody knows the end, when the caller knows why nobody can. */
export async function settleExit(
  parts: Parts,
  container: LiveContainer,
  exit: ExitRecord | null,
  lost?: string,
): Promise<void> {
  if (container.record.status === 'stopped') return;
  clearTimeout(container.stopTimer);
  const last = readLastSample(parts, container);
  const trace = lost === undefined ? await readTraceOf(parts, container, tellsOf(exit)) : null;
  const endedAtMs = exit?.endedAtMs ?? parts.now();
  const cause = exit === null ? lostExit(container, trace, lost) : classifyExit(deathOf(container, exit, last, trace));
  const autopsy = await writeAutopsy(parts, container, { exit, cause, endedAtMs, last, trace });

  container.record = {
    ...container.record,
    status: 'stopped',
    pid: null,
    shimPid: null,
    startedAtMs: autopsy.startedAtMs,
    stoppedAtMs: endedAtMs,
    exit: cause,
    oomKills: autopsy.oomKills,
    journalSeq: parts.journal.lastSeq,
  };
  await eventually(() => parts.store.write(container.record), parts);
  const exited = exitedEvent(container.record, cause, endedAtMs);
  await appendEventually(parts.journal, parts, ...untoldOomKills(container.record, cause, endedAtMs), exited);
  parts.table.changed(container);
  container.task?.close();
  container.task = null;
  container.samples.keepLast(LAST_SAMPLES);
  await keepLaunchTrace(parts, container.id);
  await parts.runtime.cleanUp(container.id, { keepWritableLayer: container.record.spec.keepWritableLayer });
  container.settled.resolve();
}

/** Kills for memory in the last second, of others than PID 1. */
function untoldOomKills(
  { id, name, oomKills, oomKillsTold }: ContainerRecord,
  exit: Exit,
  atMs: number,
): NewHostEvent[] {
  const count = oomKills - oomKillsTold - (exit.kind === 'oom' ? 1 : 0);
  if (count <= 0) return [];
  return [{ type: 'container.oom-kill', containerId: id, containerName: name, count, atMs, actor: { kind: 'kernel' } }];
}

/** What a trace must hold that has been read to its end. */
function tellsOf(exit: ExitRecord | null): (found: TraceFindings) => boolean {
  if (exit === null) return ({ shimKilledBy }) => shimKilledBy !== undefined;
  const { signal } = exit;
  if (signal === null || isFault(signal)) return () => true;
  return ({ signals }) => signals.some((seen) => seen.signal === signal);
}

type Found = {
  exit: ExitRecord | null;
  cause: Exit;
  endedAtMs: number;
  last: { sample: CgroupSample | undefined; oomKillsBefore: number };
  trace: TraceFindings | null;
};

function deathOf(container: LiveContainer, exit: ExitRecord, last: Found['last'], trace: TraceFindings | null): Death {
  const { record } = container;
  const limitBytes = last.sample?.memoryLimitBytes ?? record.spec.limits.memoryBytes ?? null;
  return {
    pid: exit.pid,
    containerPid: 1,
    code: exit.code,
    signal: exit.signal,
    coreDumped: exit.coreDumped,
    endedAtMs: exit.endedAtMs,
    stopRequest: record.stopRequest,
    ourPids: new Set([process.pid, ...(record.shimPid === null ? [] : [record.shimPid])]),
    trace: trace ?? { available: false, why: 'no tracefs on this host' },
    memory: {
      limitBytes,
      usageBytes: last.sample?.memoryPeakBytes ?? last.sample?.memoryUsageBytes ?? null,
      oomKillsAtDeath: Math.max(0, (last.sample?.oomKills ?? 0) - last.oomKillsBefore),
    },
  };
}

function lostExit({ record }: LiveContainer, trace: TraceFindings | null, lost: string | undefined): Exit {
  if (lost !== undefined) return { kind: 'lost', why: lost };
  const shim = record.shimPid === null ? '' : ` (pid ${record.shimPid})`;
  return { kind: 'lost', why: `its shim${shim} ended without an exit record${whoKilledShim(trace)}` };
}

async function writeAutopsy(parts: Parts, container: LiveContainer, found: Found): Promise<Autopsy> {
  const { record } = container;
  const { exit, cause, endedAtMs, last } = found;
  const autopsy: Autopsy = {
    containerId: record.id,
    name: record.name,
    hostname: parts.hostname,
    exit: cause,
    startedAtMs: exit === null ? record.startedAtMs : exit.startedAtMs,
    endedAtMs,
    memory: {
      limitBytes: last.sample?.memoryLimitBytes ?? record.spec.limits.memoryBytes ?? null,
      peakBytes: last.sample?.memoryPeakBytes ?? null,
      lastBytes: container.samples.last()?.memoryBytes ?? null,
    },
    oomKills: Math.max(record.oomKills, last.sample?.oomKills ?? 0),
    waitStatus: exit?.waitStatus ?? null,
    evidence: gatherEvidence(parts, container, found),
    lastLogs: (await readLog(parts.store.directoryOf(record.id), { tail: LAST_LOG_LINES })).lines,
    lastProcesses: container.tree?.processes ?? [],
    lastSamples: container.samples.since(endedAtMs - LAST_SAMPLES_MS),
  };
  await eventually(() => parts.store.writePart(container.id, 'autopsy.json', autopsy), parts);
  return autopsy;
}
