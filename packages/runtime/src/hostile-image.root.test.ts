import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerEntry } from '@vitrine/images';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listLeavings, openTestHost, type TestHost } from './test-host.ts';

/** What a hostile image would like to reach. */
const decoy = mkdtempSync(join(tmpdir(), 'vitrine-decoy-'));
const discard = { keepWritableLayer: false };
let host: TestHost;

beforeAll(async () => {
  host = await openTestHost();
  writeFileSync(join(decoy, 'passwd'), 'evil:x:1:1::/:/bin/sh\n');
  writeFileSync(join(decoy, 'ptmx'), 'untouched');
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  rmSync(decoy, { recursive: true, force: true });
});

const busybox: LayerEntry[] = [
  { type: 'directory', path: 'bin', mode: 0o755 },
  { type: 'file', path: 'bin/busybox', mode: 0o755, content: readFileSync('/bin/busybox') },
  { type: 'symlink', path: 'bin/sh', target: 'busybox' },
];
const passwd = (text: string): LayerEntry[] => [
  { type: 'directory', path: 'etc', mode: 0o755 },
  { type: 'file', path: 'etc/passwd', mode: 0o644, content: Buffer.from(text) },
];

/** Answers the layers' directories, topmost first, for what entries cannot say. */
function makeImage(reference: string, ...layers: LayerEntry[][]): string[] {
  const config = { entrypoint: [], cmd: ['/bin/sh', '-c', 'exit 5'], env: [], workingDir: '', user: '' };
  const { images } = host.options;
  const image = host.store.put({ reference, layers, config, architecture: 'amd64', createdAtMs: 0 });
  return images.layerDirectories(image).map((name) => join(images.layersDir, name));
}

const decoyContent = () => readdirSync(decoy).map((name) => [name, readFileSync(join(decoy, name), 'utf8')]);

test.each([
  ['dev', 'an absolute', () => decoy],
  ['dev', 'a relative', () => `../../../../../../../../..${decoy}`],
  ['proc', 'an absolute', () => decoy],
  ['sys', 'an absolute', () => decoy],
  ['tmp', 'an absolute', () => decoy],
])('an image whose /%s is %s link to a directory of the host changes nothing there', async (name, _kind, target) => {
  const before = { leavings: listLeavings(host), decoy: decoyContent() };
  makeImage('hostile/link', [...busybox, { type: 'symlink', path: name, target: target() }]);
  // Refused or made inside its own root: either is right, as long as the host is as before.
  const outcome = await host.run({ image: 'hostile/link' }).then(
    async (task) => {
      const exit = await task.exited;
      await host.runtime.cleanUp(task.id, discard);
      return exit?.code;
    },
    () => 'refused',
  );
  expect([5, 'refused']).toContain(outcome);
  expect({ leavings: listLeavings(host), decoy: decoyContent() }).toEqual(before);
});

test("a passwd that is a link to a file of the host is read from the image's own root, where it is not", () => {
  makeImage('hostile/passwd-link', [
    ...busybox,
    { type: 'directory', path: 'etc', mode: 0o755 },
    { type: 'symlink', path: 'etc/passwd', target: join(decoy, 'passwd') },
  ]);
  expect(() => host.resolve({ image: 'hostile/passwd-link', user: 'evil' })).toThrow('no user called "evil"');
});

test('a passwd that is a FIFO is refused at once', () => {
  const [top = ''] = makeImage('hostile/fifo', [...busybox, ...passwd('fifo')]);
  rmSync(join(top, 'etc/passwd'));
  execFileSync('mkfifo', [join(top, 'etc/passwd')]);
  expect(() => host.resolve({ image: 'hostile/fifo', user: 'evil' })).toThrow(
    expect.objectContaining({ field: 'user', message: "The image's /etc/passwd is not a regular file." }),
  );
});

test('a passwd of more than a mebibyte is refused', () => {
  makeImage('hostile/huge', [...busybox, ...passwd('#'.repeat(1024 * 1024 + 1))]);
  expect(() => host.resolve({ image: 'hostile/huge', user: 'evil' })).toThrow(/at most 1048576 are read/);
});

test('the topmost layer that tells of a user is believed, and a removed passwd is gone', () => {
  const base = [...busybox, ...passwd('web:x:1:1::/:/bin/sh\n')];
  makeImage('layered', base, passwd('web:x:2:2::/:/bin/sh\n'));
  expect(host.resolve({ image: 'layered', user: 'web' }).ociConfig.process.user.uid).toBe(2);

  const [top = ''] = makeImage('removed', base, passwd('web:x:3:3::/:/bin/sh\n'));
  // The layer's name no longer tells its content; this test is the only one who knows it.
  rmSync(join(top, 'etc/passwd'));
  execFileSync('mknod', [join(top, 'etc/passwd'), 'c', '0', '0']);
  expect(() => host.resolve({ image: 'removed', user: 'web' })).toThrow('no user called "web"');
});

test('a working directory that is a link stays inside the container', async () => {
  makeImage('hostile/cwd', [...busybox, { type: 'symlink', path: 'escape', target: `../../../../../../..${decoy}` }]);
  const error: unknown = await host
    .run({ image: 'hostile/cwd', workingDir: '/escape' })
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'LaunchError', field: 'workingDir' });
});

test('an entry point that asks for the runtime itself gets no runtime, and cannot change it', async () => {
  const script = Buffer.from('#!/proc/self/exe\n');
  makeImage('hostile/self', [...busybox, { type: 'file', path: 'self', mode: 0o755, content: script }]);
  const before = readFileSync(host.options.shimPath);
  const outcome = await host.run({ image: 'hostile/self', command: ['/self'] }).then(
    async (task) => {
      const exit = await task.exited;
      await host.runtime.cleanUp(task.id, discard);
      return exit?.code === 0 ? 'ran' : 'failed';
    },
    () => 'refused',
  );
  expect(['failed', 'refused']).toContain(outcome);
  expect(readFileSync(host.options.shimPath).equals(before)).toBe(true);
});
