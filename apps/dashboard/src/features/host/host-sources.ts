/**
 * Where a host's figures come from: the files the agent read, and what it kept of them, this second and the one before. The
 * files are not read again for whoever asks, so it is said whose reading it is, and of when.
 */
import type { HostSample } from '@vitrine/protocol';
import type { FigureOrigin } from '@vitrine/ui';
import { clockTime } from '../figures/format.ts';

type Two = { before: HostSample | undefined; after: HostSample };

const reading = ({ atMs }: HostSample): Pick<FigureOrigin, 'readAtMs' | 'readBy'> => ({
  readAtMs: atMs,
  readBy: `What the agent kept of its reading at ${clockTime(atMs)},`,
});

/** The unit of /proc/stat is a tick of 10 ms, the same on every Linux that an agent runs on. */
const ticks = (usec: number): string => `${Math.round(usec / 10_000)} ticks of 10 ms`;

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} kB`;

export function cpuOrigin({ before, after }: Two): FigureOrigin {
  const elapsedMs = before === undefined ? 0 : after.atMs - before.atMs;
  return {
    formula: `busy time that was added ÷ (elapsed time × ${after.cpuCount} CPUs); busy is all but idle and iowait`,
    readings: [
      {
        path: '/proc/stat',
        text: `user + nice + system + irq + softirq + steal:\n${
          before === undefined ? '' : `${ticks(before.cpuBusyUsec)}, and ${elapsedMs} ms later\n`
        }${ticks(after.cpuBusyUsec)}`,
      },
    ],
    ...reading(after),
    command: 'head -1 /proc/stat; sleep 1; head -1 /proc/stat',
  };
}

export const memoryOrigin = ({ after }: Two): FigureOrigin => ({
  formula: 'MemTotal − MemAvailable; as a share, of MemTotal',
  readings: [
    {
      path: '/proc/meminfo',
      text: `MemTotal: ${kilobytes(after.memoryTotalBytes)}\nMemAvailable: ${kilobytes(after.memoryAvailableBytes)}`,
    },
  ],
  ...reading(after),
  command: "grep -E 'MemTotal|MemAvailable' /proc/meminfo",
});

/** The same figure of several hosts, added up; undefined where none has told one. */
export function sumOrigin(parts: readonly { host: string; origin: FigureOrigin }[]): FigureOrigin | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  return {
    ...first.origin,
    formula: `added up over the hosts that are heard: ${first.origin.formula}`,
    readings: parts.flatMap(({ host, origin }) =>
      origin.readings.map(({ path, text }) => ({ path: `${host}: ${path}`, text })),
    ),
  };
}

export function pressureOrigin({ after }: Two): FigureOrigin {
  const files = { cpu: after.cpuPressure, memory: after.memoryPressure, io: after.ioPressure };
  return {
    formula: 'share of the last 10 s in which at least one task waited; the worst of the three is shown',
    readings: Object.entries(files).map(([name, value]) => ({
      path: `/proc/pressure/${name}`,
      text: value === null ? 'not there' : `some avg10=${value.some10Pct.toFixed(2)} total=${value.someTotalUsec}`,
    })),
    ...reading(after),
    command: 'grep some /proc/pressure/*',
  };
}

export const loadOrigin = ({ after }: Two): FigureOrigin => ({
  formula: 'tasks that ran or waited for a CPU or a disk, smoothed over the last minute by the kernel: the first field',
  readings: [{ path: '/proc/loadavg', text: after.load1.toFixed(2) }],
  ...reading(after),
  command: 'cut -d" " -f1 /proc/loadavg',
});

export const processesOrigin = ({ after }: Two): FigureOrigin => ({
  formula: 'directories of /proc whose name is a number: a process each, threads not counted',
  readings: [{ path: '/proc', text: `${after.processes} directories` }],
  ...reading(after),
  command: 'ls /proc | grep -c "^[0-9]"',
});

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
    ...reading(after),
    ...(agentPid === undefined ? {} : { command: `ps -o pid,time,rss,args -p ${agentPid}` }),
  };
}
