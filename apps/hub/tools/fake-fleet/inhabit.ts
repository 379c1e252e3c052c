/** Who lives on a fake host: containers of different tempers, one that dies now and then, and some dead ones. */
import { mebibytes } from '@vitrine/protocol';
import type { ContainerSpecInput, Exit } from '@vitrine/protocol';
import { CALM, type FakeHost, type Temper } from '@vitrine/testing';

const WORKERS = ['nginx: worker process', 'nginx: worker process'];
const CROWD = Array.from({ length: 500 }, (_, index) => `worker --shard ${index}`);

const TENANTS: [spec: ContainerSpecInput, temper: Temper][] = [
  [
    {
      name: 'web',
      image: 'web:1.27',
      command: ['nginx', '-g', 'daemon off;'],
      limits: { memoryBytes: mebibytes(256), cpuCores: 1, pids: 128 },
    },
    { load: 0.35, swing: 0.7, memoryBytes: mebibytes(48), children: WORKERS, logEverySec: 2 },
  ],
  [
    {
      name: 'burner',
      image: 'starter',
      command: ['/bin/sh', '-c', 'while :; do :; done'],
      limits: { memoryBytes: mebibytes(64), cpuCores: 0.5, pids: 32 },
    },
    { load: 1, swing: 0.1, memoryBytes: mebibytes(2), children: ['sh -c while'], logEverySec: 30 },
  ],
  [
    { name: 'cache', image: 'starter', command: ['redis-server'], limits: { memoryBytes: mebibytes(512) } },
    { load: 0.06, swing: 0.9, memoryBytes: mebibytes(330), children: [], logEverySec: 15 },
  ],
  [
    { name: 'crowd', image: 'starter', command: ['supervisor', '--shards', '500'], limits: { pids: 1024 } },
    { load: 0.4, swing: 0.4, memoryBytes: mebibytes(220), children: CROWD, logEverySec: 5 },
  ],
  [
    { name: 'hungry', image: 'greedy', command: ['/bin/hog'], limits: { memoryBytes: mebibytes(32) } },
    { load: 0.2, swing: 0.3, memoryBytes: mebibytes(31), children: [], logEverySec: 4 },
  ],
  [{ name: 'readonly', image: 'starter', readonlyRootfs: true, network: 'host' }, CALM],
  [{ name: 'as-host-root', image: 'starter', userNamespace: 'host', seccomp: 'unconfined' }, CALM],
  [{ name: 'queue', image: 'starter', command: ['queued', '--listen', '/run/queue.sock'] }, CALM],
];

const KILLED: Exit = {
  kind: 'signaled',
  signal: 'SIGKILL',
  coreDumped: false,
  sender: {
    kind: 'process',
    pid: 881,
    containerPid: null,
    comm: 'bash',
    commandLine: ['-bash'],
    uid: 0,
    userName: 'root',
    where: 'host',
    containerName: null,
  },
};

const DEAD: [name: string, exit: Exit][] = [
  ['job-done', { kind: 'exited', code: 0 }],
  ['job-failed', { kind: 'exited', code: 3 }],
  ['shot', KILLED],
  [
    'starved',
    {
      kind: 'oom',
      limitBytes: mebibytes(64),
      usageBytes: mebibytes(64),
      victim: { pid: 5120, containerPid: 7, comm: 'hog' },
    },
  ],
];

/** Every so many beats a container comes, lives a little, is shot, and the oldest dead one is cleared away. */
const LIFE_BEATS = 40;
const KEEP_DEAD = 6;

async function liveAndDie(host: FakeHost): Promise<void> {
  const { machine } = host;
  const mortal = await machine.run({ image: 'starter', command: ['/bin/mortal'], labels: { role: 'mortal' } });
  let beats = 0;
  const beat = (): void => {
    beats += 1;
    if (beats < LIFE_BEATS) return;
    machine.bus.off('tick', beat);
    if (mortal.running) machine.die(mortal, KILLED);
    const dead = [...machine.containers.values()].filter(
      (one) => one.detail.labels['role'] === 'mortal' && !one.running,
    );
    for (const one of dead.slice(0, -KEEP_DEAD)) machine.delete(one, false, { kind: 'agent' });
    void liveAndDie(host);
  };
  machine.bus.on('tick', beat);
}

export async function inhabit(host: FakeHost): Promise<void> {
  const { machine } = host;
  for (const [spec, temper] of TENANTS) await machine.run(spec, temper);
  for (const [name, exit] of DEAD) {
    const container = await machine.run({ name, image: 'starter', limits: { memoryBytes: mebibytes(64) } });
    // Some minutes of life, so that its autopsy has something to show.
    container.detail = { ...container.detail, startedAtMs: machine.now() - 120_000 };
    for (let second = 120; second > 0; second -= 1) container.step(machine.now() - second * 1000);
    machine.die(container, exit);
  }
  await machine.create({
    spec: { ...machine.find([...machine.containers.keys()][0] as never).detail.spec, name: 'not-started' },
    start: false,
    actor: { kind: 'local', uid: 0 },
  });
  await liveAndDie(host);
}
