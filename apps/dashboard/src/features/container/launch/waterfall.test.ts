import type { LaunchStep } from '@vitrine/protocol';
import { ContainerSpec } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { detailOf } from '../detail-fixture.ts';
import { groupSentence } from './group-words.ts';
import { axisTicks, layOutWaterfall, matchesFilter, microseconds, resultText } from './waterfall.ts';

const step = (told: Partial<LaunchStep>): LaunchStep => ({
  index: 0,
  side: 'shim',
  group: 'prepare',
  label: 'open the layers',
  call: 'open_tree(3, "layers", OPEN_TREE_CLONE)',
  startedNs: 0,
  durationNs: 1000,
  result: 0,
  outcome: 'ok',
  errno: null,
  ...told,
});

const launch = {
  beganAtMs: 0,
  totalNs: 2_000_000,
  steps: [
    step({ index: 0 }),
    step({ index: 1, group: 'namespaces', startedNs: 1000, durationNs: 600_000, call: 'clone3({flags=CLONE_NEWPID})' }),
    step({ index: 2, group: 'sync', startedNs: 601_000, durationNs: 1_300_000, call: 'read(13, "r", 1)' }),
    step({ index: 1, side: 'child', group: 'filesystem', startedNs: 900_000, durationNs: 50_000, label: 'pivot_root' }),
    step({
      index: 0,
      side: 'child',
      group: 'filesystem',
      startedNs: 700_000,
      durationNs: 30_000,
      label: 'mount /proc',
    }),
    step({ index: 2, side: 'child', group: 'exec', startedNs: 1_900_000, durationNs: 100_000, label: 'execve' }),
  ],
};

test('steps are grouped by meaning, groups and steps in the order in which they happened', () => {
  const { groups } = layOutWaterfall(launch);

  expect(groups.map(({ group }) => group)).toEqual(['prepare', 'namespaces', 'sync', 'filesystem', 'exec']);
  expect(groups[3]?.steps.map(({ step: { label } }) => label)).toEqual(['mount /proc', 'pivot_root']);
});

test('every bar stands at its moment on one shared time axis', () => {
  const { groups, axisNs } = layOutWaterfall(launch);

  expect(axisNs).toBe(2_000_000);
  expect(groups[3]?.steps[1]?.bar).toEqual({ left: 0.45, width: 0.025 });
});

test('what the shim tidies up after exec is told apart, and is not the dearest of the launch', () => {
  const tidy = step({ index: 9, startedNs: 2_000_000, durationNs: 9_000_000, label: 'back among the mounts' });
  const before = layOutWaterfall(launch);
  const after = layOutWaterfall({ ...launch, steps: [...launch.steps, tidy] });

  expect(after.afterNs).toBe(9_000_000);
  expect(before.afterNs).toBe(0);
  expect(after.workNs).toBe(before.workNs);
  const dearest = after.groups.flatMap(({ steps }) => steps).find(({ slowRank }) => slowRank === 1);
  expect(dearest?.step.call).toBe('clone3({flags=CLONE_NEWPID})');
});

test('waiting is totalled apart from work and never marked as slow', () => {
  const waterfall = layOutWaterfall(launch);
  const ranked = waterfall.groups
    .flatMap(({ steps }) => steps)
    .filter(({ slowRank }) => slowRank !== null)
    .sort((a, b) => (a.slowRank ?? 0) - (b.slowRank ?? 0));

  expect(waterfall).toMatchObject({ waitNs: 1_300_000, workNs: 781_000, calls: 6 });
  expect(ranked.map(({ step: { group, durationNs } }) => [group, durationNs])).toEqual([
    ['namespaces', 600_000],
    ['exec', 100_000],
    ['filesystem', 50_000],
  ]);
});

test('notes between calls are no system calls, and a wait for exec is no work', () => {
  const waterfall = layOutWaterfall({
    beganAtMs: 0,
    totalNs: 10_000,
    steps: [
      step({ index: 0, call: 'load(&sync, 4)', durationNs: 40 }),
      step({ index: 1, group: 'exec', label: 'wait for exec', call: 'read(13, "", 1)', durationNs: 9_000 }),
      step({ index: 2, group: 'exec', label: 'read the program', call: 'read(5, header, 4)', durationNs: 500 }),
      step({ index: 3, outcome: 'skipped', startedNs: null, durationNs: null, result: null }),
    ],
  });

  expect(waterfall).toMatchObject({ calls: 2, skipped: 1, waitNs: 9_000, workNs: 540 });
});

test('a launch that failed names its step, and what was never reached stands last without a bar', () => {
  const waterfall = layOutWaterfall({
    beganAtMs: 0,
    totalNs: null,
    steps: [
      step({
        index: 1,
        side: 'child',
        group: 'exec',
        startedNs: null,
        durationNs: null,
        result: null,
        outcome: 'not-reached',
      }),
      step({
        index: 0,
        side: 'child',
        group: 'exec',
        startedNs: 500,
        result: -2,
        outcome: 'failed',
        errno: 'ENOENT',
        label: 'exec nope',
      }),
    ],
  });

  expect(waterfall.failure?.step.label).toBe('exec nope');
  expect(waterfall.axisNs).toBe(1500);
  expect(waterfall.groups[0]).toMatchObject({ failed: true, calls: 1 });
  expect(waterfall.groups[0]?.steps.map(({ bar }) => bar)).toEqual([{ left: 1 / 3, width: 2 / 3 }, null]);
});

test('a step that never returned is drawn to the end of the axis', () => {
  const { groups } = layOutWaterfall({
    beganAtMs: 0,
    totalNs: 4000,
    steps: [step({ startedNs: 1000, durationNs: null, result: null, outcome: 'failed' })],
  });

  expect(groups[0]?.steps[0]?.bar).toEqual({ left: 0.25, width: 0.75 });
});

test('the filter finds a call by any of its words', () => {
  const [found] = layOutWaterfall(launch).groups[1]?.steps ?? [];

  expect(
    found === undefined ? [] : ['clone3', 'newpid shim', '', 'child'].map((text) => matchesFilter(found, text)),
  ).toEqual([true, true, true, false]);
});

test('results read as strace prints them', () => {
  expect(resultText(step({ result: 5 }))).toBe('= 5');
  expect(resultText(step({ result: -2, errno: 'ENOENT', outcome: 'allowed-error' }))).toBe('= -1 ENOENT');
  expect(resultText(step({ result: null, outcome: 'not-reached' }))).toBe('never reached');
});

test('durations keep a tenth of a microsecond only where it matters', () => {
  expect([830, 30, 9_949, 12_345, 1_300_000].map(microseconds)).toEqual(['0.8', '<0.1', '9.9', '12', '1\u2009300']);
});

test('the axis is labelled at round places', () => {
  expect(axisTicks(2_100_000, 5)).toEqual([500_000, 1_000_000, 1_500_000, 2_000_000]);
});

test('each group says what it did for this very container', () => {
  const detail = detailOf({ spec: ContainerSpec.parse({ image: 'starter', user: '1000' }) });
  const clone = step({ group: 'namespaces', call: 'clone3({flags=CLONE_NEWPID|CLONE_NEWNS|CLONE_NEWUSER})' });

  expect(groupSentence('namespaces', detail, [clone])).toBe(
    'Gives web its own pid, mnt and user namespaces: in there it is PID 1.',
  );
  expect(groupSentence('cgroup', detail, [])).toBe(
    'Puts it in a cgroup of its own, where the kernel holds it to 64 MiB of memory, 0.5 cores and 32 processes.',
  );
  expect(groupSentence('identity', detail, [])).toContain('its user id 0 is 165536 on the host');
  expect(groupSentence('exec', detail, [])).toContain('Replaces the launcher by sleep');
});

test('a namespace that was refused is not claimed', () => {
  const refused = step({ group: 'namespaces', call: 'unshare(CLONE_NEWTIME)', outcome: 'allowed-error' });

  expect(groupSentence('namespaces', detailOf(), [refused])).toBe('Sets web apart from the host.');
});
