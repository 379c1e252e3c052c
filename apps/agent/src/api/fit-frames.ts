/**
 * One frame of the link to the hub holds so much and no more, or the hub ends the link. A list of all containers or of all processes
 * can be longer than that, and must not cut its host off: what does not fit into the first update follows as changes.
 */
import { AGENT_LINK_MAX_BYTES, type ContainersUpdate, type ProcessUpdate } from '@vitrine/protocol';

/** Far below the limit, so that one large item more does no harm. */
const FRAME_BYTES = AGENT_LINK_MAX_BYTES / 8;
/** A process is shown with at most 4 KiB of command line, which JSON may write six times as long. */
const SMALL_TREE = 32;

/** In their order; an item that is larger than a frame by itself gets one alone. Always at least one list. */
function inFrames<T>(items: readonly T[]): T[][] {
  const frames: T[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (bytes > 0 && bytes + size > FRAME_BYTES) {
      frames.push([]);
      bytes = 0;
    }
    bytes += size;
    frames.at(-1)?.push(item);
  }
  return frames;
}

export async function* fitContainers(updates: AsyncIterable<ContainersUpdate>): AsyncGenerator<ContainersUpdate> {
  for await (const update of updates) {
    if (update.type !== 'snapshot') {
      yield update;
      continue;
    }
    const [first = [], ...more] = inFrames(update.containers);
    yield { type: 'snapshot', containers: first };
    for (const container of more.flat()) yield { type: 'changed', container };
  }
}

export async function* fitProcesses(updates: AsyncIterable<ProcessUpdate>): AsyncGenerator<ProcessUpdate> {
  for await (const update of updates) {
    const all = update.type === 'snapshot' ? update.processes : update.changed;
    if (all.length <= SMALL_TREE) {
      yield update;
      continue;
    }
    const [first = [], ...more] = inFrames(all);
    yield update.type === 'snapshot' ? { ...update, processes: first } : { ...update, changed: first };
    for (const changed of more) yield { type: 'delta', atMs: update.atMs, changed, ended: [] };
  }
}
