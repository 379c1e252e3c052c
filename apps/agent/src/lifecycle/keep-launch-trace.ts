import { eventually } from '../journal/append-eventually.ts';
import type { Parts } from './parts.ts';

/** Copies the trace out of the task directory, which is about to be removed, to where the container's record lies. */
export async function keepLaunchTrace(parts: Parts, id: string): Promise<void> {
  const trace = await parts.runtime.readTrace(id);
  if (trace !== undefined) await eventually(() => parts.store.writePart(id, 'launch.json', trace), parts);
}
