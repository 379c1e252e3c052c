/** /proc as values. The root is a parameter, so that tests read recorded trees. */
import { readdirSync } from 'node:fs';
import { machine } from 'node:os';
import { type CgroupOwner, ownerOf, parseCgroupPaths } from './cgroup-owner.ts';
import {
  parseCpuTimes,
  parseLoad1,
  parseMeminfo,
  parseOsName,
  parsePressure,
  parseUptimeMs,
  type Pressure,
} from './host-files.ts';
import { type IsolationReading, readIsolation } from './isolation.ts';
import { readProcFile, readProcFileHead } from './proc-file.ts';
import { parseStat, type ProcessStat, ticksToMs } from './stat.ts';
import { parseIdentity, type ProcessIdentity } from './status.ts';

const MAX_ARGUMENTS = 64;
const MAX_COMMAND_LINE_BYTES = 4096;

/** What changes seldom, and costs three more files: read when a process is new, has exec'd, or now and then. */
export interface ProcessDetails extends ProcessIdentity {
  /** Empty for kernel threads and zombies. Cut at 64 arguments and 4 KiB. */
  commandLine: string[];
  owner: CgroupOwner;
}

export interface ProcessReading extends ProcessStat, ProcessDetails {
  startedAtMs: number;
}

export interface HostFacts {
  hostname: string;
  kernel: string;
  architecture: string;
  os: string;
  cpuCount: number;
  memoryBytes: number;
  bootedAtMs: number;
}

export interface HostUsage {
  cpuBusyUsec: number;
  cpuCount: number;
  memoryTotalBytes: number;
  memoryAvailableBytes: number;
  load1: number;
  processes: number;
  cpuPressure: Pressure | null;
  memoryPressure: Pressure | null;
  ioPressure: Pressure | null;
}

export interface Procfs {
  /** PIDs of all processes, without their threads. */
  pids(): number[];
  /** undefined: it is gone. */
  readStat(pid: number): ProcessStat | undefined;
  /** `parent` is the directory of the agent's cgroups. */
  readDetails(pid: number, parent: string): ProcessDetails | undefined;
  /** undefined: it is gone. */
  readProcess(pid: number, parent: string): ProcessReading | undefined;
  /** Everything at once; for a tree that is watched, take a ProcessWatcher. */
  readProcesses(parent: string): ProcessReading[];
  /** How far the process is set apart from PID 1 of this /proc. undefined: it is gone. */
  readIsolation(pid: number): IsolationReading | undefined;
  hostFacts(): HostFacts;
  hostUsage(): HostUsage;
  /** Since the epoch; of the moment when this Procfs was opened, so that start times do not jitter with the clock. */
  readonly bootedAtMs: number;
}

function parseCommandLine(text: string): string[] {
  if (text === '') return [];
  const whole = text.endsWith('\0') ? text.slice(0, -1) : text;
  return whole.split('\0').slice(0, MAX_ARGUMENTS);
}

class LinuxProcfs implements Procfs {
  readonly bootedAtMs: number;
  readonly #root: string;
  readonly #osReleasePath: string;

  constructor(root: string, osReleasePath: string) {
    this.#root = root;
    this.#osReleasePath = osReleasePath;
    this.bootedAtMs = Date.now() - parseUptimeMs(this.#require('uptime'));
  }

  pids(): number[] {
    return readdirSync(this.#root)
      .map(Number)
      .filter((pid) => pid > 0);
  }

  readStat(pid: number): ProcessStat | undefined {
    const text = readProcFile(`${this.#root}/${pid}/stat`);
    return text === undefined ? undefined : parseStat(text);
  }

  readDetails(pid: number, parent: string): ProcessDetails | undefined {
    const directory = `${this.#root}/${pid}`;
    const status = readProcFile(`${directory}/status`);
    const cgroup = readProcFile(`${directory}/cgroup`);
    const commandLine = readProcFileHead(`${directory}/cmdline`, MAX_COMMAND_LINE_BYTES);
    if (status === undefined || cgroup === undefined || commandLine === undefined) return undefined;
    return {
      ...parseIdentity(status),
      commandLine: parseCommandLine(commandLine),
      owner: ownerOf(parseCgroupPaths(cgroup), parent),
    };
  }

  readProcess(pid: number, parent: string): ProcessReading | undefined {
    const stat = this.readStat(pid);
    const details = stat === undefined ? undefined : this.readDetails(pid, parent);
    if (stat === undefined || details === undefined) return undefined;
    return { ...stat, ...details, startedAtMs: this.bootedAtMs + ticksToMs(stat.startTicks) };
  }

  readProcesses(parent: string): ProcessReading[] {
    return this.pids().flatMap((pid) => this.readProcess(pid, parent) ?? []);
  }

  readIsolation(pid: number): IsolationReading | undefined {
    return readIsolation(this.#root, pid);
  }

  hostFacts(): HostFacts {
    return {
      hostname: this.#require('sys/kernel/hostname').trim(),
      kernel: this.#require('sys/kernel/osrelease').trim(),
      architecture: machine(),
      os: parseOsName(readProcFile(this.#osReleasePath) ?? '') ?? 'Linux',
      cpuCount: parseCpuTimes(this.#require('stat')).count,
      memoryBytes: parseMeminfo(this.#require('meminfo')).totalBytes,
      bootedAtMs: this.bootedAtMs,
    };
  }

  hostUsage(): HostUsage {
    const cpu = parseCpuTimes(this.#require('stat'));
    const memory = parseMeminfo(this.#require('meminfo'));
    return {
      cpuBusyUsec: cpu.busyUsec,
      cpuCount: cpu.count,
      memoryTotalBytes: memory.totalBytes,
      memoryAvailableBytes: memory.availableBytes,
      load1: parseLoad1(this.#require('loadavg')),
      processes: this.pids().length,
      cpuPressure: this.#pressure('cpu'),
      memoryPressure: this.#pressure('memory'),
      ioPressure: this.#pressure('io'),
    };
  }

  #pressure(resource: string): Pressure | null {
    return parsePressure(readProcFile(`${this.#root}/pressure/${resource}`));
  }

  #require(file: string): string {
    const text = readProcFile(`${this.#root}/${file}`);
    if (text === undefined) throw new Error(`${this.#root}/${file} is missing: is a proc file system mounted there?`);
    return text;
  }
}

export interface ProcfsOptions {
  /** Where proc is mounted, or a recorded tree. */
  readonly root?: string;
  readonly osReleasePath?: string;
}

export const openProcfs = ({ root = '/proc', osReleasePath = '/etc/os-release' }: ProcfsOptions = {}): Procfs =>
  new LinuxProcfs(root, osReleasePath);
