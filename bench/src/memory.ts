import { readFile } from 'node:fs/promises';

const KIBIBYTE = 1024;

/** What one process holds in memory: `pss` shares what is shared with others fairly, `rss` counts it whole. */
export interface MemoryUse {
  readonly pssBytes: number;
  readonly rssBytes: number;
}

/** /proc/PID/smaps_rollup: lines of `Pss:   312 kB`, among others. */
export function parseSmapsRollup(text: string): MemoryUse {
  const field = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
    if (match === null) throw new Error(`smaps_rollup has no ${name}`);
    return Number(match[1]) * KIBIBYTE;
  };
  return { pssBytes: field('Pss'), rssBytes: field('Rss') };
}

export const memoryOf = async (pid: number): Promise<MemoryUse> =>
  parseSmapsRollup(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
