/** Kernel text recorded on real hosts; how it was taken stands in recorded/NOTE.md. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TREES = {
  /** Linux 6.18, cgroup v1. */
  v1: 'debian12-linux6.18-cgroup1',
  /** Linux 6.1, cgroup v2, no PSI. */
  v2: 'debian12-linux6.1-cgroup2',
} as const;

export type RecordedHost = keyof typeof TREES;

/** Absolute path of a file or directory of a recorded host. */
export const recordedPath = (host: RecordedHost, path = ''): string =>
  fileURLToPath(new URL(`../recorded/${TREES[host]}/${path}`, import.meta.url));

export const readRecorded = (host: RecordedHost, path: string): string =>
  readFileSync(recordedPath(host, path), 'utf8');

/** PIDs of the recorded processes. */
export const RECORDED_PIDS = {
  v1: { kernelThread: 2, odd: 30632, unshare: 30633, shell: 30635, sleep: 30646 },
  v2: { kernelThread: 2, odd: 735, unshare: 736, shell: 739, sleep: 743 },
} as const;

export const RECORDED_CONTAINER = `${'c0ffee'.repeat(10)}0001`;
