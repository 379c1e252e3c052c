import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { HostEvent } from '@vitrine/protocol';
import { findNames } from '../records/durable-file.ts';

/** One file of the journal. */
export type Segment = { firstSeq: number; path: string };

const NAME = /^(\d{16})\.jsonl$/;

export const segmentPath = (directory: string, firstSeq: number): string =>
  path.join(directory, `${String(firstSeq).padStart(16, '0')}.jsonl`);

export async function listSegments(directory: string): Promise<Segment[]> {
  const names = (await findNames(directory)).filter((name) => NAME.test(name)).toSorted();
  return names.map((name) => ({ firstSeq: Number.parseInt(name, 10), path: path.join(directory, name) }));
}

function parseLine(line: string): HostEvent | undefined {
  try {
    return HostEvent.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The events up to the first line that is torn or not one of ours, and how many bytes they take. */
export async function readSegment(segment: Segment): Promise<{ events: HostEvent[]; goodBytes: number }> {
  const content = await readFile(segment.path);
  const events: HostEvent[] = [];
  let goodBytes = 0;
  for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10, goodBytes)) {
    const event = parseLine(content.toString('utf8', goodBytes, end));
    if (event === undefined || event.seq !== segment.firstSeq + events.length) break;
    events.push(event);
    goodBytes = end + 1;
  }
  return { events, goodBytes };
}
