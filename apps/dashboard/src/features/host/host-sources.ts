/** Where a host's figures come from: the files the agent read, and what was read in them this second and the one before. */
import type { HostSample } from '@vitrine/protocol';
import type { FigureOrigin } from '@vitrine/ui';

type Two = { before: HostSample | undefined; after: HostSample };

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} kB`;

export function cpuOrigin({ before, after }: Two): FigureOrigin {
  const elapsedMs = before === undefined ? 0 : after.atMs - before.atMs;
  return {
    formula: `busy time that was added ÷ (elapsed time × ${after.cpuCount} CPUs); busy is all but idle and iowait`,
    readings: [
      {
        path: '/proc/stat',
        text: `busy ${before?.cpuBusyUsec ?? '?'} µs, then ${after.cpuBusyUsec} µs, ${elapsedMs} ms apart`,
      },
    ],
    readAtMs: after.atMs,
    command: 'head -1 /proc/stat; sleep 1; head -1 /proc/stat',
  };
}

export const memoryOrigin = ({ after }: Two): FigureOrigin => ({
  formula: 'MemTotal − MemAvailable',
  readings: [
    {
      path: '/proc/meminfo',
      text: `MemTotal: ${kilobytes(after.memoryTotalBytes)}\nMemAvailable: ${kilobytes(after.memoryAvailableBytes)}`,
    },
  ],
  readAtMs: after.atMs,
  command: "grep -E 'MemTotal|MemAvailable' /proc/meminfo",
});

export function pressureOrigin({ after }: Two): FigureOrigin {
  const files = { cpu: after.cpuPressure, memory: after.memoryPressure, io: after.ioPressure };
  return {
    formula: 'share of the last 10 s in which at least one task waited; the worst of the three is shown',
    readings: Object.entries(files).map(([name, value]) => ({
      path: `/proc/pressure/${name}`,
      text: value === null ? 'not there' : `some avg10=${value.some10Pct.toFixed(2)} total=${value.someTotalUsec}`,
    })),
    readAtMs: after.atMs,
    command: 'grep some /proc/pressure/*',
  };
}

export function agentOrigin({ before, after }: Two, agentPid: number | undefined): FigureOrigin {
  const elapsedMs = before === undefined ? 0 : after.atMs - before.atMs;
  return {
    formula: 'CPU time that the agent used ÷ elapsed time, of one core; and its resident memory',
    readings: [
      {
        path: 'getrusage(RUSAGE_SELF)',
        text: `user + system ${before?.agent.cpuUsec ?? '?'} µs, then ${after.agent.cpuUsec} µs, ${elapsedMs} ms apart`,
      },
      { path: '/proc/self/stat', text: `rss ${kilobytes(after.agent.rssBytes)}` },
    ],
    readAtMs: after.atMs,
    ...(agentPid === undefined ? {} : { command: `ps -o pid,time,rss,args -p ${agentPid}` }),
  };
}
