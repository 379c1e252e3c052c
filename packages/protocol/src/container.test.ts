import { expect, test } from 'vitest';
import { ContainerSpec } from './index.ts';

const fieldOf = (spec: object): string | undefined =>
  ContainerSpec.safeParse({ image: 'starter', ...spec }).error?.issues[0]?.path.join('.');

test.each([
  ['command.1', { command: ['echo', 'one\0two'] }],
  ['command', { command: [] }],
  ['env.0', { env: ['NAME=one\0two'] }],
  ['env.0', { env: ['=value'] }],
  ['workingDir', { workingDir: '/one\0two' }],
  ['workingDir', { workingDir: 'relative' }],
  ['name', { name: '../up' }],
  ['user', { user: 'root:' }],
  ['hostname', { hostname: '-x' }],
  ['image', { image: 'Upper' }],
  ['limits.memoryBytes', { limits: { memoryBytes: 1 } }],
  ['limits.pids', { limits: { pids: 0 } }],
])('what the kernel could not take is refused before it is asked, at %s', (field, spec) => {
  expect(fieldOf(spec)).toBe(field);
});

test('an empty argument and an empty value are as good as any', () => {
  expect(fieldOf({ command: ['printf', ''], env: ['EMPTY='] })).toBeUndefined();
});
