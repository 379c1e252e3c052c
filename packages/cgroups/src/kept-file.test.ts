import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeptFile } from './kept-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitrine-cgroups-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('every read starts at the beginning and sees what stands there now', () => {
  const path = join(directory, 'pids.current');
  writeFileSync(path, '1\n');
  using file = new KeptFile(path);
  expect(file.read()).toBe('1\n');
  writeFileSync(path, '23\n');
  expect([file.read(), file.read()]).toEqual(['23\n', '23\n']);
});

test('a file that this kernel does not have is null, and not asked for again', () => {
  const path = join(directory, 'memory.peak');
  using file = new KeptFile(path);
  expect(file.read()).toBeNull();
  writeFileSync(path, '1\n');
  expect(file.read()).toBeNull();
});

test('after it is closed it opens nothing any more', () => {
  const path = join(directory, 'pids.current');
  writeFileSync(path, '1\n');
  const file = new KeptFile(path);
  file.read();
  file[Symbol.dispose]();
  file[Symbol.dispose]();
  expect(file.read()).toBeNull();
});
