import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { credentialsPath, fileCredentials } from './credentials.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vitrine-cli-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const KEPT = { hubUrl: 'http://hub.test', token: 'secret' };

test('the token is in a file that only its owner may read, even when an older one was open to all', async () => {
  const store = fileCredentials(credentialsPath(undefined, home));
  await store.write(KEPT);
  await writeFile(store.path, '{}', { mode: 0o644 });

  await store.write(KEPT);

  expect(store.path).toBe(join(home, '.config/vitrine/credentials.json'));
  expect((await stat(store.path)).mode & 0o777).toBe(0o600);
  expect(await readdir(dirname(store.path))).toEqual(['credentials.json']);
  expect(await store.read()).toEqual(KEPT);
});

test('XDG_CONFIG_HOME is honoured', () => {
  expect(credentialsPath('/x', home)).toBe('/x/vitrine/credentials.json');
});

test('a missing file means nobody signed in; a broken one is told with its path', async () => {
  const store = fileCredentials(join(home, 'credentials.json'));

  expect(await store.read()).toBeUndefined();
  await writeFile(store.path, '{"hubUrl":');
  await expect(store.read()).rejects.toMatchObject({ code: 'unauthenticated' });
});
