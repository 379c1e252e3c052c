import { type Autopsy, ContainerId } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { evidenceText, exitFacts, lastMinute, sourceName } from './evidence.ts';

const autopsy = (exit: Autopsy['exit'], told: Partial<Autopsy> = {}): Autopsy => ({
  containerId: ContainerId.parse('a'.repeat(64)),
  name: 'web',
  hostname: 'alpha',
  exit,
  startedAtMs: 1000,
  endedAtMs: 61_000,
  memory: { limitBytes: 64 * 1024 ** 2, peakBytes: null, lastBytes: 19 * 1024 ** 2 },
  oomKills: 0,
  waitStatus: 9,
  evidence: [],
  lastLogs: [],
  lastProcesses: [],
  lastSamples: [],
  ...told,
});

const valueOf = (of: Autopsy, term: string): string | undefined =>
  exitFacts(of).find((fact) => fact.term === term)?.value;

test('a kill names its sender, the command it ran, its user and where it lived', () => {
  const killed = autopsy({
    kind: 'signaled',
    signal: 'SIGKILL',
    coreDumped: false,
    sender: {
      kind: 'process',
      pid: 19747,
      containerPid: null,
      comm: 'bash',
      commandLine: ['bash', '-l'],
      uid: 0,
      userName: 'root',
      where: 'host',
      containerName: null,
    },
  });

  expect(
    ['Signal', 'Sent by', 'Its command', 'Its user', 'It ran', 'Wait status', 'Lived'].map((term) =>
      valueOf(killed, term),
    ),
  ).toEqual(['SIGKILL', 'bash, pid 19747', 'bash -l', 'root', 'on the host', '0x0009', '1 min 0 s']);
});

test('what the kernel did not tell is left out, not shown as zero', () => {
  const facts = exitFacts(autopsy({ kind: 'exited', code: 3 }, { startedAtMs: null, waitStatus: null }));

  expect(facts.map(({ term }) => term)).toEqual(['Exit code', 'Ended', 'Memory at the end', 'Killed for memory']);
});

test('a failed launch shows the call as strace would, and its mend', () => {
  const failed = autopsy({
    kind: 'launch-failed',
    step: 'exec /bin/nope',
    error: 'execve("/bin/nope", …): ENOENT, no such file or directory',
    errno: 'ENOENT',
    mend: 'Check the command.',
    code: 127,
  });

  expect([valueOf(failed, 'Call'), valueOf(failed, 'Mend')]).toEqual([
    'execve("/bin/nope", …): ENOENT, no such file or directory',
    'Check the command.',
  ]);
});

test('a stop that had to be enforced says so', () => {
  const stopped = (escalated: boolean) =>
    autopsy({
      kind: 'stopped',
      by: { kind: 'user', id: 'u', name: 'admin', via: 'browser' },
      request: 'stop',
      signal: 'SIGKILL',
      code: null,
      escalated,
    });

  expect([valueOf(stopped(true), 'In time'), valueOf(stopped(false), 'In time')]).toEqual([
    'no, SIGKILL followed',
    'yes',
  ]);
});

test('a short life is drawn whole, a long one by its last minute', () => {
  expect(lastMinute({ startedAtMs: 100_000, endedAtMs: 104_000 })).toEqual({ fromMs: 99_000, toMs: 104_500 });
  expect(lastMinute({ startedAtMs: 1000, endedAtMs: 900_000 })).toMatchObject({ fromMs: 840_000 });
  expect(lastMinute({ startedAtMs: null, endedAtMs: 900_000 })).toMatchObject({ fromMs: 840_000 });
});

test('evidence is named by its file and copied with its whole path', () => {
  expect(['/sys/fs/cgroup/pids/x/pids.max', 'process tree'].map(sourceName)).toEqual(['pids.max', 'process tree']);
  expect(evidenceText([{ source: '/a/b', text: 'max 0' }])).toBe('# /a/b\nmax 0\n');
});
