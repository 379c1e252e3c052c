import { DomainError, type LaunchTrace } from '@vitrine/protocol';
import { eventually } from '../journal/append-eventually.ts';
import type { Parts } from './parts.ts';

/** Copies the trace out of the task directory, which is about to be removed, to where the container's record lies. */
export async function keepLaunchTrace(parts: Parts, id: string): Promise<void> {
  const trace = await readTrace(parts, id);
  if (trace !== undefined) await eventually(() => parts.store.writePart(id, 'launch.json', trace), parts);
}

/** One that another version of the shim wrote cannot be read, and is no reason to keep anything of the container. */
async function readTrace({ runtime, log }: Parts, id: string): Promise<LaunchTrace | undefined> {
  try {
    return await runtime.readTrace(id);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.warn({ error, id }, 'the launch trace of a container is not kept');
    return undefined;
  }
}
