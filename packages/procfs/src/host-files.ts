/** Files of /proc that tell of the whole host. All parsers are pure. Source: proc(5), Documentation/accounting/psi.rst. */
export interface Pressure {
  some10Pct: number;
  someTotalUsec: number;
}

/** The "some" line of a file in /proc/pressure. */
export function parsePressure(text: string | undefined): Pressure | null {
  const some = text === undefined ? null : /^some avg10=([\d.]+) .*total=(\d+)$/m.exec(text);
  return some === null ? null : { some10Pct: Number(some[1]), someTotalUsec: Number(some[2]) };
}

const USEC_PER_TICK = 10_000;

export interface CpuTimes {
  /** All CPUs together since boot, without idle and iowait. Guests are within user already. */
  busyUsec: number;
  /** CPUs that are on line. */
  count: number;
}

/** /proc/stat: `cpu user nice system idle iowait irq softirq steal guest guest_nice`, in ticks. */
export function parseCpuTimes(text: string): CpuTimes {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  return {
    busyUsec: (user + nice + system + irq + softirq + steal) * USEC_PER_TICK,
    count: text.match(/^cpu\d+ /gm)?.length ?? 0,
  };
}

export interface MemoryTotals {
  totalBytes: number;
  availableBytes: number;
}

/** /proc/meminfo, in units of 1024 bytes that it calls kB. */
export function parseMeminfo(text: string): MemoryTotals {
  const bytesOf = (key: string) => Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { totalBytes: bytesOf('MemTotal'), availableBytes: bytesOf('MemAvailable') };
}

/** The first figure of /proc/loadavg. */
export const parseLoad1 = (text: string): number => Number(text.split(' ', 1)[0]);

/** Milliseconds since boot, sleep included, from /proc/uptime. */
export const parseUptimeMs = (text: string): number => Math.round(Number(text.split(' ', 1)[0]) * 1000);

/** PRETTY_NAME of an os-release file. Source: os-release(5). */
export function parseOsName(text: string): string | undefined {
  return /^PRETTY_NAME=(["']?)(.*)\1$/m.exec(text)?.[2];
}
