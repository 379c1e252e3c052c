import type { ProcessInfo } from '@vitrine/protocol';

/** A sleeping process of the host, for tests. */
export const process = (pid: number, more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid,
  containerPid: null,
  ppid: 0,
  uid: 0,
  comm: `p${pid}`,
  commandLine: [`/bin/p${pid}`],
  state: 'sleeping',
  cpuPct: 0,
  rssBytes: 1024,
  threads: 1,
  startedAtMs: 0,
  containerId: null,
  role: { kind: 'plain' },
  ...more,
});
