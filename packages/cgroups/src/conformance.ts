/**
 * What every driver must do on a real kernel, as plain cases: vitest runs them on this host, and a bare runner inside a
 * guest that has the other version. Each case gets a parent of its own and leaves nothing behind.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cgroups, CgroupSample, Limits } from './contract.ts';
import { CgroupError } from './errors.ts';
import { openCgroups } from './open-cgroups.ts';

const MIB = 1024 * 1024;
/** Far more than anything here takes; only a defect gets there. */
const DEADLINE_MS = 20_000;

/** One cgroup parent and the processes that a case starts. */
class Bench {
  readonly cgroups: Cgroups;
  readonly #children: ChildProcess[] = [];

  constructor(root: string) {
    this.cgroups = openCgroups({ root, parent: `vitrine-conformance-${process.pid}` });
  }

  make(id: string, limits: Limits = {}): string {
    this.cgroups.create(id);
    this.cgroups.applyLimits(id, limits);
    return id;
  }

  /** Starts a shell script that is in the cgroup before its first command runs. */
  startInside(id: string, script: string): ChildProcess {
    const child = spawn('sh', ['-c', `read go; ${script}`], { stdio: ['pipe', 'ignore', 'ignore'] });
    this.#children.push(child);
    this.cgroups.attach(id, pidOf(child));
    child.stdin?.end('go\n');
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.cgroups.list()) {
      await this.cgroups.kill(id);
      await this.cgroups.remove(id);
    }
    for (const child of this.#children) child.kill('SIGKILL');
    this.cgroups.removeParent();
    this.cgroups[Symbol.dispose]();
  }
}

function pidOf(child: ChildProcess): number {
  assert.ok(child.pid, 'the process started');
  return child.pid;
}

/** Reads again until `enough`; there is no event for most counters. */
async function eventually<T>(read: () => T, enough: (value: T) => boolean): Promise<T> {
  const until = performance.now() + DEADLINE_MS;
  for (;;) {
    const value = read();
    if (enough(value)) return value;
    assert.ok(performance.now() < until, `never came true; last seen: ${JSON.stringify(value)}`);
    await delay(10);
  }
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? child.exitCode;
}

/** Some directory on a disk: /tmp may be memory, and in a guest of the lab /var/tmp cannot be written. */
function diskDirectory(): string {
  try {
    accessSync('/var/tmp', constants.W_OK);
    return '/var/tmp';
  } catch {
    return tmpdir();
  }
}

const refusal =
  (kind: string, field: string | null = null) =>
  (error: unknown) => {
    assert.ok(error instanceof CgroupError, String(error));
    assert.deepEqual({ kind: error.kind, field: error.field }, { kind, field });
    return true;
  };

export interface ConformanceCase {
  readonly title: string;
  readonly run: (bench: Bench) => Promise<void> | void;
}

const lifecycle: ConformanceCase[] = [
  {
    title: 'a new cgroup is listed, empty and unlimited',
    run({ cgroups }) {
      cgroups.create('fresh');

      assert.deepEqual(cgroups.list(), ['fresh']);
      assert.deepEqual(cgroups.processes('fresh'), []);
      const sample = cgroups.sample('fresh');
      assert.deepEqual(
        [sample.cpuUsageUsec, sample.pids, sample.memoryLimitBytes, sample.pidsLimit, sample.oomKills],
        [0, 0, null, null, 0],
      );
      for (const directory of Object.values(cgroups.paths('fresh')))
        assert.equal(readFileSync(join(directory, 'cgroup.procs'), 'latin1'), '');
    },
  },
  {
    title: 'a second cgroup of the same name is refused and the first one stays',
    run({ cgroups }) {
      cgroups.create('twice');
      assert.throws(() => cgroups.create('twice'), refusal('exists'));
      assert.deepEqual(cgroups.list(), ['twice']);
    },
  },
  {
    title: 'a name that would leave the parent directory is refused',
    run({ cgroups }) {
      for (const name of ['..', '.', 'a/b', '', '../x', 'a\nb'])
        assert.throws(() => cgroups.create(name), refusal('invalid-name'));
    },
  },
  {
    title: 'two agents with parents of their own do not see each other',
    async run({ cgroups }) {
      using other = openCgroups({ parent: `vitrine-conformance-${process.pid}-other/deeper` });
      const outer = new Set(Object.values(other.paths('theirs')).map((path) => dirname(dirname(path))));
      try {
        cgroups.create('mine');
        other.create('theirs');
        assert.deepEqual([cgroups.list(), other.list()], [['mine'], ['theirs']]);
      } finally {
        await other.remove('theirs');
        other.removeParent();
        for (const directory of outer) rmdirSync(directory);
      }
    },
  },
  {
    title: 'a removed cgroup is gone for samples, events and processes, and removing it again is no error',
    async run({ cgroups }) {
      cgroups.create('brief');
      cgroups.sample('brief');
      await cgroups.remove('brief');

      assert.equal(cgroups.exists('brief'), false);
      for (const verb of ['sample', 'events', 'processes', 'sources'] as const)
        assert.throws(() => cgroups[verb]('brief'), refusal('gone'), verb);
      await cgroups.remove('brief');
    },
  },
  {
    title: 'a cgroup of the same name made anew starts counting from nothing',
    async run(bench) {
      const { cgroups } = bench;
      bench.startInside(bench.make('again'), 'while :; do :; done');
      // Some kernels count whole ticks only.
      await eventually(
        () => cgroups.sample('again').cpuUsageUsec,
        (usec) => usec > 0,
      );
      await cgroups.kill('again');
      await cgroups.remove('again');
      cgroups.create('again');
      assert.equal(cgroups.sample('again').cpuUsageUsec, 0);
    },
  },
];

const limits: ConformanceCase[] = [
  {
    title: 'every limit that was set is what the kernel then enforces',
    run(bench) {
      const id = bench.make('all', { memoryBytes: 64 * MIB, swapBytes: 0, cpuCores: 0.5, cpuWeight: 200, pids: 32 });

      const sample = bench.cgroups.sample(id);
      assert.deepEqual([sample.memoryLimitBytes, sample.pidsLimit], [64 * MIB, 32]);
      const { cpu, memory, unified } = bench.cgroups.paths(id);
      const texts =
        bench.cgroups.version === 'v2'
          ? ['cpu.max', 'cpu.weight', 'memory.swap.max'].map((file) => join(unified ?? '', file))
          : [
              join(cpu ?? '', 'cpu.cfs_quota_us'),
              join(cpu ?? '', 'cpu.shares'),
              join(memory ?? '', 'memory.memsw.limit_in_bytes'),
            ];
      assert.deepEqual(
        texts.map((file) => readFileSync(file, 'latin1').trim()),
        bench.cgroups.version === 'v2' ? ['50000 100000', '200', '0'] : ['50000', '2048', `${64 * MIB}`],
      );
    },
  },
  {
    title: 'a memory limit can be raised and lowered while swap stays forbidden',
    run({ cgroups }) {
      cgroups.create('elastic');
      for (const mib of [32, 128, 16]) {
        cgroups.applyLimits('elastic', { memoryBytes: mib * MIB, swapBytes: 0 });
        assert.equal(cgroups.sample('elastic').memoryLimitBytes, mib * MIB);
      }
    },
  },
  {
    title: 'a limit that the kernel refuses names the field, the file and the value',
    run({ cgroups }) {
      cgroups.create('wrong');
      assert.throws(
        () => cgroups.applyLimits('wrong', { io: [{ device: '4095:7', readBytesPerSec: 4096 }] }),
        (error: unknown) => {
          assert.ok(error instanceof CgroupError);
          assert.equal(error.kind, 'limit-refused');
          assert.equal(error.field, 'limits.io.0');
          assert.match(error.message, /writing "4095:7 .*4096" to \/\S+ gave ENODEV/);
          return true;
        },
      );
    },
  },
  {
    title: 'half a core is half a core: a busy loop is throttled',
    async run(bench) {
      const id = bench.make('busy', { cpuCores: 0.1 });
      bench.startInside(id, 'while :; do :; done');

      const sample = await eventually(
        () => bench.cgroups.sample(id),
        (seen) => (seen.cpuThrottledPeriods ?? 0) >= 3,
      );
      assert.ok((sample.cpuPeriods ?? 0) >= (sample.cpuThrottledPeriods ?? 0));
      assert.ok((sample.cpuThrottledUsec ?? 0) > 0);
      assert.ok(sample.cpuUsageUsec > 0 && sample.cpuUserUsec !== null && sample.cpuSystemUsec !== null);
      // 10 ms of every 100 ms, and some slack for the period that is running now.
      assert.ok(sample.cpuUsageUsec <= ((sample.cpuPeriods ?? 0) + 2) * 12_000, JSON.stringify(sample));
    },
  },
  {
    title: 'a program that forks on and on stops at the limit, and the refusals are counted',
    async run(bench) {
      const id = bench.make('bomb', { pids: 6 });
      bench.startInside(id, 'for i in 1 2 3 4 5 6 7 8 9; do sleep 300 & done; wait');

      const events = await eventually(
        () => bench.cgroups.events(id),
        (seen) => (seen.pidsRefused ?? 0) > 0,
      );
      assert.equal(events.populated, true);
      for (let round = 0; round < 20; round += 1) assert.ok((bench.cgroups.sample(id).pids ?? 99) <= 6);
    },
  },
  {
    title: 'a memory hog is killed by the kernel, and the kill is counted',
    async run(bench) {
      const id = bench.make('hog', { memoryBytes: 16 * MIB, swapBytes: 0 });
      const hog = bench.startInside(id, 'exec tail /dev/zero');

      assert.equal(await endOf(hog), 'SIGKILL');
      const events = bench.cgroups.events(id);
      const sample = bench.cgroups.sample(id);
      assert.deepEqual([events.oomKills, sample.oomKills], [1, 1]);
      assert.notEqual(events.memoryLimitHits, 0);
      if (sample.memoryPeakBytes !== null) assert.ok(sample.memoryPeakBytes > 15 * MIB, `${sample.memoryPeakBytes}`);
    },
  },
];

const processes: ConformanceCase[] = [
  {
    title: 'what a process reads from a disk and writes to it past the page cache is counted',
    async run(bench) {
      const id = bench.make('disk');
      const file = join(diskDirectory(), `vitrine-conformance-${process.pid}`);
      try {
        const script = `dd if=/dev/zero of=${file} bs=1M count=4 oflag=direct && dd if=${file} of=/dev/null bs=1M iflag=direct`;
        assert.equal(await endOf(bench.startInside(id, script)), 0);
      } finally {
        rmSync(file, { force: true });
      }
      const sample = bench.cgroups.sample(id);
      assert.ok((sample.ioWriteBytes ?? 0) >= 4 * MIB && (sample.ioReadBytes ?? 0) >= 4 * MIB, JSON.stringify(sample));
      assert.ok((sample.ioWriteOps ?? 0) > 0 && (sample.ioReadOps ?? 0) > 0);
    },
  },
  {
    title: 'a process and its children are counted and named while they live',
    async run(bench) {
      const id = bench.make('lively');
      const shell = bench.startInside(id, 'sleep 300 & sleep 300 & wait');

      const pids = await eventually(
        () => bench.cgroups.processes(id),
        (seen) => seen.length === 3,
      );
      assert.ok(pids.includes(pidOf(shell)));
      const sample = bench.cgroups.sample(id);
      assert.equal(sample.pids, 3);
      assert.ok((sample.memoryUsageBytes ?? 0) > 0 && (sample.memoryBytes ?? 0) <= (sample.memoryUsageBytes ?? 0));
    },
  },
  {
    title: 'a child that joins by the attachment is in every controller',
    async run(bench) {
      const id = bench.make('joined');
      const attachment = bench.cgroups.attachment(id);
      const files = attachment.kind === 'write-tasks' ? attachment.files : [join(attachment.directory, 'cgroup.procs')];
      const child = spawn('sh', ['-c', 'for f; do echo 0 > "$f" || exit 9; done; exec cat', 'sh', ...files], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });

      await eventually(
        () => Object.values(bench.cgroups.paths(id)).map((path) => readFileSync(join(path, 'cgroup.procs'), 'latin1')),
        (lists) => lists.every((list) => list === `${pidOf(child)}\n`),
      );
      child.stdin.end();
      assert.equal(await endOf(child), 0);
    },
  },
  {
    title: 'kill ends everybody, also those who fork while they are killed, and leaves nobody frozen',
    async run(bench) {
      const id = bench.make('doomed', { pids: 64 });
      bench.startInside(id, 'while :; do sleep 300 & sleep 300 & sleep 0.01; done');
      await eventually(
        () => bench.cgroups.processes(id).length,
        (count) => count > 10,
      );

      assert.ok((await bench.cgroups.kill(id)) > 10);
      await eventually(
        () => bench.cgroups.events(id).populated,
        (populated) => !populated,
      );
      assert.equal(await endOf(bench.startInside(id, 'exit 7')), 7);
    },
  },
  {
    title: 'removing a cgroup with a process in it waits, then names the process',
    async run(bench) {
      const id = bench.make('stuck');
      const child = bench.startInside(id, 'exec sleep 300');

      await assert.rejects(bench.cgroups.remove(id, { timeoutMs: 20 }), (error: unknown) => {
        assert.ok(error instanceof CgroupError && error.kind === 'busy');
        assert.match(error.message, new RegExp(`\\b${pidOf(child)}\\b`));
        return true;
      });
      const removed = bench.cgroups.remove(id, { timeoutMs: DEADLINE_MS });
      child.kill('SIGKILL');
      await removed;
      assert.equal(bench.cgroups.exists(id), false);
    },
  },
  {
    title: 'cgroups that a container made below its own are killed and removed with it',
    async run(bench) {
      const id = bench.make('nested');
      const [directory = ''] = Object.values(bench.cgroups.paths(id)).filter(
        (path) => bench.cgroups.version === 'v2' || path.includes('/freezer/'),
      );
      mkdirSync(join(directory, 'inner/innermost'), { recursive: true });
      const child = bench.startInside(id, `echo $$ > ${directory}/inner/innermost/cgroup.procs && exec sleep 300`);
      await eventually(
        () => readFileSync(join(directory, 'inner/innermost/cgroup.procs'), 'latin1'),
        (text) => text !== '',
      );

      assert.deepEqual(bench.cgroups.processes(id), [pidOf(child)]);
      await bench.cgroups.kill(id);
      await bench.cgroups.remove(id);
      assert.equal(bench.cgroups.exists(id), false);
    },
  },
];

const FIGURE_FIELDS = {
  memoryUsage: 'memoryUsageBytes',
  memoryPeak: 'memoryPeakBytes',
  swap: 'swapBytes',
  oomKills: 'oomKills',
  pids: 'pids',
  io: 'ioReadBytes',
  cpu: 'cpuUsageUsec',
  cpuThrottled: 'cpuThrottledPeriods',
  cpuPressure: 'cpuPressure',
  memoryPressure: 'memoryPressure',
  ioPressure: 'ioPressure',
  memory: 'memoryBytes',
} as const satisfies Record<string, keyof CgroupSample>;

const sources: ConformanceCase[] = [
  {
    title: 'a figure has a source exactly when the kernel tells it',
    run(bench) {
      const id = bench.make('told', { memoryBytes: 32 * MIB, pids: 9 });
      const sample = bench.cgroups.sample(id);
      const named = bench.cgroups.sources(id).map((source) => source.figure);

      for (const [figure, field] of Object.entries(FIGURE_FIELDS))
        assert.equal(named.includes(figure as keyof typeof FIGURE_FIELDS), sample[field] !== null, figure);
      assert.ok(named.includes('memoryLimit') && named.includes('pidsLimit'));
    },
  },
  {
    title: 'the command beside a figure prints in a shell what was read',
    run(bench) {
      const id = bench.make('shown', { memoryBytes: 32 * MIB, pids: 9 });
      for (const { figure, command, readings } of bench.cgroups.sources(id)) {
        const printed = execFileSync('sh', ['-c', `${command}; :`], { encoding: 'latin1' });
        // PSI averages move by themselves.
        if (figure.endsWith('Pressure')) assert.match(printed, /^some avg10=/);
        else assert.equal(printed.replace(/\n$/, ''), readings.map(({ text }) => text).join('\n'), figure);
      }
    },
  },
];

export const CONFORMANCE: readonly ConformanceCase[] = [...lifecycle, ...limits, ...processes, ...sources];

/** Runs one case on the cgroups mounted at `root`; rejects when the driver does not conform. */
export async function runConformanceCase({ run }: ConformanceCase, root = '/sys/fs/cgroup'): Promise<void> {
  await using bench = new Bench(root);
  await run(bench);
}
