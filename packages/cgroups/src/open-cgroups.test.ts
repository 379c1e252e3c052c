import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCgroups } from './open-cgroups.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-cgroups-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test.each(['', '/vitrine', '../vitrine', 'a/../b', 'a//b', 'a b'])(
  '"%s" cannot be the parent of our cgroups',
  (parent) => {
    expect(() => openCgroups({ root, parent })).toThrow(expect.objectContaining({ kind: 'invalid-name' }));
  },
);

test('a host without the freezer is told which hierarchy to mount', () => {
  mkdirSync(join(root, 'memory'));
  writeFileSync(join(root, 'memory/cgroup.procs'), '');
  expect(() => openCgroups({ root })).toThrow(
    expect.objectContaining({ kind: 'unusable', message: 'The cgroup v1 hierarchy "freezer" is not mounted.' }),
  );
});

test('a v2 root that cannot be written is refused with what to do', () => {
  writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory\n');
  writeFileSync(join(root, 'cgroup.subtree_control'), '');
  expect(() => openCgroups({ root })).toThrow(
    expect.objectContaining({ kind: 'unusable', mend: expect.stringContaining('as root') as string }),
  );
});
