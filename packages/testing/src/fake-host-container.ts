/** One simulated container: its record, its figures as they move, and its processes. */
import {
  type Actor,
  type Autopsy,
  type CgroupSample,
  type ContainerDetail,
  type ContainerId,
  type ContainerSpec,
  type ContainerUsage,
  type Exit,
  type LogLine,
  mebibytes,
  type ProcessInfo,
} from '@vitrine/protocol';

/** How a container behaves. `load` is in cores, memory in bytes. */
export interface Temper {
  load: number;
  /** Of the load, as a wave. */
  swing: number;
  memoryBytes: number;
  children: readonly string[];
  logEverySec: number;
}

export const CALM: Temper = { load: 0.02, swing: 0.5, memoryBytes: mebibytes(12), children: [], logEverySec: 20 };

const RING = 900;

export class FakeContainer {
  detail: ContainerDetail;
  readonly temper: Temper;
  readonly samples: CgroupSample[] = [];
  readonly logs: LogLine[] = [];
  autopsy: Autopsy | undefined;
  #cpuUsec = 0;
  #throttledUsec = 0;
  #ioBytes = 0;
  #peakBytes = 0;
  #cores = 0;
  #beat = 0;

  constructor(detail: ContainerDetail, temper: Temper) {
    this.detail = detail;
    this.temper = temper;
  }

  get id(): ContainerId {
    return this.detail.id;
  }

  get running(): boolean {
    return this.detail.status === 'running';
  }

  /** One second passes. */
  step(atMs: number): void {
    if (!this.running) return;
    const { load, swing, logEverySec } = this.temper;
    this.#beat += 1;
    const wave =
      1 + swing * Math.sin(this.#beat / 9 + (this.detail.pid ?? 0)) * 0.8 + (Math.random() - 0.5) * swing * 0.4;
    const wanted = Math.max(0, load * wave);
    const cores = Math.min(wanted, this.detail.limits.cpuCores ?? wanted);
    this.#cores = cores;
    this.#cpuUsec += Math.round(cores * 1e6);
    this.#throttledUsec += Math.round((wanted - cores) * 1e6);
    this.#ioBytes += Math.round(Math.random() * load * 4e6);
    this.samples.push(this.#sample(atMs));
    if (this.samples.length > RING) this.samples.shift();
    if (this.#beat % logEverySec === 0) this.write(atMs, `tick ${this.#beat}: ${Math.round(cores * 100)} % of a core`);
  }

  write(atMs: number, text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    this.logs.push({ atMs, stream, text, partial: false });
  }

  usage(): ContainerUsage {
    const last = this.samples.at(-1);
    return {
      id: this.id,
      cpuCores: last === undefined ? null : this.#cores,
      memoryBytes: last?.memoryBytes ?? null,
      memoryLimitBytes: last?.memoryLimitBytes ?? null,
      pids: last?.pids ?? null,
    };
  }

  end(exit: Exit, atMs: number, hostname: string): void {
    const { name, startedAtMs } = this.detail;
    const last = this.samples.at(-1);
    this.autopsy = {
      containerId: this.id,
      name,
      hostname,
      exit,
      startedAtMs,
      endedAtMs: atMs,
      memory: {
        limitBytes: this.detail.limits.memoryBytes ?? null,
        peakBytes: this.#peakBytes,
        lastBytes: last?.memoryBytes ?? null,
      },
      oomKills: exit.kind === 'oom' ? 1 : 0,
      waitStatus: exit.kind === 'exited' ? exit.code << 8 : 9,
      evidence: [
        { source: 'exit record', text: `pid ${this.detail.pid ?? 0}, status ${exit.kind}` },
        { source: 'cgroup', text: `memory.peak ${this.#peakBytes}, pids.peak ${this.temper.children.length + 1}` },
      ],
      lastLogs: this.logs.slice(-20),
      lastProcesses: this.processes(atMs),
      lastSamples: this.samples.slice(-60),
    };
    const oomKills = this.detail.oomKills + (exit.kind === 'oom' ? 1 : 0);
    this.detail = { ...this.detail, status: 'stopped', pid: null, shimPid: null, stoppedAtMs: atMs, exit, oomKills };
  }

  processes(atMs: number): ProcessInfo[] {
    const { pid, shimPid, startedAtMs } = this.detail;
    if (pid === null || shimPid === null) return [];
    const startedAt = startedAtMs ?? atMs;
    const { children } = this.temper;
    const share = (this.#cores * 100) / (children.length + 1);
    const process = (offset: number, comm: string, commandLine: string[]): ProcessInfo => ({
      pid: pid + offset,
      containerPid: offset + 1,
      ppid: offset === 0 ? shimPid : pid,
      uid: this.detail.uidRangeStart ?? 0,
      comm,
      commandLine,
      state: share > 30 ? 'running' : 'sleeping',
      cpuPct: Number((share * (0.7 + Math.random() * 0.6)).toFixed(1)),
      rssBytes: mebibytes(1) + offset * 65_536,
      threads: 1,
      startedAtMs: startedAt + offset * 40,
      containerId: this.id,
      role: { kind: 'plain' },
    });
    const { command } = this.detail;
    return [
      process(0, (command[0] ?? 'sh').split('/').at(-1) ?? 'sh', command),
      ...children.map((name, index) => process(index + 1, name.split(' ')[0] ?? name, name.split(' '))),
    ];
  }

  #sample(atMs: number): CgroupSample {
    const { limits } = this.detail;
    const { memoryBytes, children } = this.temper;
    const wanted = Math.round(memoryBytes * (1 + 0.1 * Math.sin(this.#beat / 30)) + this.#beat * 512);
    const used = Math.min(wanted, limits.memoryBytes ?? wanted);
    this.#peakBytes = Math.max(this.#peakBytes, used);
    const pressure = (pct: number) => ({ some10Pct: Number(pct.toFixed(2)), someTotalUsec: this.#throttledUsec });
    return {
      atMs,
      cpuUsageUsec: this.#cpuUsec,
      cpuUserUsec: Math.round(this.#cpuUsec * 0.8),
      cpuSystemUsec: Math.round(this.#cpuUsec * 0.2),
      cpuPeriods: this.#beat * 10,
      cpuThrottledPeriods: this.#throttledUsec === 0 ? 0 : this.#beat * 4,
      cpuThrottledUsec: this.#throttledUsec,
      memoryBytes: used,
      memoryUsageBytes: Math.round(used * 1.3),
      memoryAnonBytes: Math.round(used * 0.8),
      memoryFileBytes: Math.round(used * 0.5),
      memoryPeakBytes: this.#peakBytes,
      memoryLimitBytes: limits.memoryBytes ?? null,
      swapBytes: 0,
      oomKills: this.detail.oomKills,
      pids: children.length + 1,
      pidsLimit: limits.pids ?? null,
      pidsRefused: 0,
      ioReadBytes: this.#ioBytes,
      ioWriteBytes: Math.round(this.#ioBytes / 3),
      ioReadOps: Math.round(this.#ioBytes / 4096),
      ioWriteOps: Math.round(this.#ioBytes / 12_288),
      cpuPressure: pressure(this.#throttledUsec > 0 ? 12 + Math.random() * 5 : Math.random()),
      memoryPressure: pressure(0),
      ioPressure: pressure(Math.random()),
    };
  }
}

/** The record of a new container, as an agent would make it of its spec. */
export function newDetail(
  id: ContainerId,
  name: string,
  spec: ContainerSpec,
  made: { command: string[]; by: Actor; atMs: number; uidRangeStart: number },
): ContainerDetail {
  const { image, limits, labels } = spec;
  return {
    id,
    name,
    image,
    command: made.command,
    status: 'created',
    pid: null,
    createdAtMs: made.atMs,
    startedAtMs: null,
    stoppedAtMs: null,
    exit: null,
    oomKills: 0,
    limits,
    labels,
    spec: { ...spec, name },
    ociConfig: {
      ociVersion: '1.2.0',
      process: { args: made.command, cwd: spec.workingDir ?? '/', env: spec.env },
      hostname: spec.hostname ?? name,
      linux: { namespaces: ['pid', 'network', 'mount', 'uts', 'ipc', 'user', 'cgroup'].map((type) => ({ type })) },
    },
    createdBy: made.by,
    shimPid: null,
    uidRangeStart: spec.userNamespace === 'host' ? null : made.uidRangeStart,
    cgroup: { version: 'v2', paths: { '': `/sys/fs/cgroup/vitrine/${id}` } },
  };
}
