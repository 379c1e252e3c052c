import { mebibytes, type ProcessInfo } from '@vitrine/protocol';
import type { FakeMachine } from './fake-host-machine.ts';

const DAEMONS: [pid: number, ppid: number, comm: string, commandLine: string[], rssMib: number][] = [
  [1, 0, 'systemd', ['/sbin/init'], 12],
  [2, 0, 'kthreadd', [], 0],
  [14, 2, 'ksoftirqd/0', [], 0],
  [15, 2, 'rcu_preempt', [], 0],
  [88, 2, 'kworker/0:1', [], 0],
  [120, 1, 'systemd-journal', ['/lib/systemd/systemd-journald'], 18],
  [140, 1, 'systemd-udevd', ['/lib/systemd/systemd-udevd'], 7],
  [201, 1, 'sshd', ['sshd: /usr/sbin/sshd -D [listener]'], 8],
  [880, 201, 'sshd', ['sshd: root@pts/0'], 9],
  [881, 880, 'bash', ['-bash'], 5],
  [233, 1, 'node', ['/usr/bin/node', '/opt/vitrine/apps/agent/src/main.ts', 'run'], 78],
  [402, 1, 'dockerd', ['/usr/bin/dockerd', '-H', 'fd://'], 80],
  [460, 402, 'containerd', ['containerd', '--config', '/var/run/docker/containerd.toml'], 40],
];

/** The whole host's processes: the daemons, a container of another runtime, and ours with their shims. */
export function hostProcesses(machine: FakeMachine, atMs: number): ProcessInfo[] {
  const { bootedAtMs, agentPid } = machine.info;
  const plain = { containerPid: null, uid: 0, state: 'sleeping', threads: 1, containerId: null } as const;
  const daemons = DAEMONS.map(([pid, ppid, comm, commandLine, rssMib]): ProcessInfo => ({
    ...plain,
    pid,
    ppid,
    comm,
    commandLine,
    cpuPct: pid === agentPid ? Number((0.3 + Math.random() * 0.3).toFixed(1)) : 0,
    rssBytes: mebibytes(rssMib),
    startedAtMs: bootedAtMs + pid * 10,
    role: pid === agentPid ? { kind: 'agent' } : { kind: 'plain' },
  }));
  const foreign: ProcessInfo = {
    ...plain,
    pid: 512,
    ppid: 460,
    containerPid: 1,
    comm: 'redis-server',
    commandLine: ['redis-server', '*:6379'],
    cpuPct: 0.2,
    rssBytes: mebibytes(9),
    startedAtMs: bootedAtMs + 60_000,
    role: { kind: 'foreign-container', runtime: 'docker', id: 'f00dfeed0badcafe' },
  };
  const ours = [...machine.containers.values()].flatMap((container): ProcessInfo[] => {
    const { shimPid, startedAtMs } = container.detail;
    if (shimPid === null) return [];
    const shim: ProcessInfo = {
      ...plain,
      pid: shimPid,
      ppid: 1,
      comm: 'vitrine-shim',
      commandLine: ['vitrine-shim', container.detail.name],
      cpuPct: 0,
      rssBytes: 180 * 1024,
      startedAtMs: startedAtMs ?? atMs,
      role: { kind: 'shim', containerId: container.id },
    };
    return [shim, ...container.processes(atMs)];
  });
  return [...daemons, foreign, ...ours];
}
