import { expect, test } from 'vitest';
import { autopsySentence, describeBytes, describeDuration, exitCodeMeaning } from './autopsy.ts';
import { mebibytes } from './units.ts';

const base = {
  hostname: 'alpha',
  startedAtMs: 0,
  endedAtMs: (3 * 60 + 12) * 60_000,
  memory: { limitBytes: mebibytes(256), peakBytes: null, lastBytes: mebibytes(19) },
  oomKills: 0,
};

test('a kill from a host shell names the shell, its pid, its user and that it was not memory', () => {
  const sentence = autopsySentence({
    ...base,
    exit: {
      kind: 'signaled',
      signal: 'SIGKILL',
      coreDumped: false,
      sender: {
        kind: 'process',
        pid: 19747,
        containerPid: null,
        comm: 'bash',
        commandLine: null,
        uid: 0,
        userName: 'root',
        where: 'host',
        containerName: null,
      },
    },
  });

  expect(sentence).toBe(
    'Killed with SIGKILL by bash (pid 19747) of root on alpha, 3 h 12 min after its start. Not out of memory: 19 MiB of 256 MiB.',
  );
});

test('without a trace the sentence says that the sender is unknown, and why', () => {
  const sentence = autopsySentence({
    ...base,
    exit: {
      kind: 'signaled',
      signal: 'SIGSEGV',
      coreDumped: false,
      sender: { kind: 'unknown', why: 'no tracefs on this host' },
    },
  });

  expect(sentence).toBe(
    'Killed with SIGSEGV by an unknown sender (no tracefs on this host), 3 h 12 min after its start.',
  );
});

test('a container out of memory tells the victim and the limit', () => {
  const sentence = autopsySentence({
    ...base,
    oomKills: 1,
    exit: {
      kind: 'oom',
      limitBytes: mebibytes(64),
      usageBytes: mebibytes(64),
      victim: { pid: 77, containerPid: 1, comm: 'tail' },
    },
  });

  expect(sentence).toBe(
    'Out of memory: the kernel killed tail (pid 77), 3 h 12 min after its start. The limit was 64 MiB.',
  );
});

test('exit code 137 of a shell is explained as a signal, never as out of memory', () => {
  expect(exitCodeMeaning(137)).toBe('by shell custom, a child ended by signal 9');
});

test('durations and sizes keep to two units and three digits', () => {
  expect([18, 4200, 200_000, 90 * 3_600_000].map(describeDuration)).toEqual([
    '18 ms',
    '4.2 s',
    '3 min 20 s',
    '3 d 18 h',
  ]);
  expect([900, 1536, mebibytes(64), 20_500_000].map(describeBytes)).toEqual(['900 B', '1.5 KiB', '64 MiB', '19.6 MiB']);
});
