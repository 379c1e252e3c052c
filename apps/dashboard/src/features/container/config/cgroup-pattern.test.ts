import { expect, test } from 'vitest';
import { cgroupPattern } from './cgroup-pattern.ts';

test('the cgroups of a v1 host are told in one line that a shell understands', () => {
  expect(
    cgroupPattern({
      cpu: '/sys/fs/cgroup/cpu/vitrine/1',
      memory: '/sys/fs/cgroup/memory/vitrine/1',
      odd: '/elsewhere/1',
    }),
  ).toEqual(['/sys/fs/cgroup/{cpu,memory}/vitrine/1', '/elsewhere/1']);
});

test('the one cgroup of a v2 host is told once, whatever it is called', () => {
  expect(cgroupPattern({ cpu: '/sys/fs/cgroup/vitrine/1', memory: '/sys/fs/cgroup/vitrine/1' })).toEqual([
    '/sys/fs/cgroup/vitrine/1',
  ]);
});
