import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempDisposableSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openImageStore } from './image-store.ts';
import type { LayerEntry } from './layer.ts';

const config = { entrypoint: [], cmd: ['/bin/sh'], env: [], workingDir: '/', user: '' };
const layer = (name: string): LayerEntry[] => [
  { type: 'directory', path: 'etc', mode: 0o755 },
  { type: 'file', path: `etc/${name}`, mode: 0o640, content: Buffer.from(name) },
  { type: 'symlink', path: 'link', target: `etc/${name}` },
];
const newImage = (reference: string) => ({
  reference,
  layers: [layer('lower'), layer('upper')],
  config,
  architecture: 'amd64',
  createdAtMs: 0,
});

test('an image is found by its name with and without the default tag', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-images-'));
  const store = openImageStore(directory.path);
  const image = store.put(newImage('library/demo'));

  expect(store.find('library/demo')).toEqual(image);
  expect(store.find('library/demo:latest')).toEqual(image);
  expect(store.find('library/demo:other')).toBeUndefined();
  expect(store.list()).toEqual([image]);
});

test("setuid programs of an image are out of reach of the host's users, also where the directory was open", () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-images-'));
  mkdirSync(join(directory.path, 'layers'), { mode: 0o755 });

  const { layersDir } = openImageStore(directory.path);

  expect(statSync(layersDir).mode & 0o777).toBe(0o700);
});

test('a layer has the digest that tar gives the same entries', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-images-'));
  const store = openImageStore(directory.path);
  const [lower] = store.put(newImage('demo')).layers;
  const hex = lower?.diffId.slice('sha256:'.length) ?? '';
  const flags = ['--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--blocking-factor=1'];
  const names = ['--no-recursion', 'etc', 'etc/lower', 'link'];
  const tar = execFileSync('tar', [...flags, '-C', join(store.layersDir, hex), '-cf', '-', ...names]);
  const sum = execFileSync('sha256sum', { input: tar }).toString();

  expect(sum.slice(0, 64)).toBe(hex);
});

test('the topmost layer comes first, as overlay wants it', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-images-'));
  const store = openImageStore(directory.path);
  const image = store.put(newImage('demo'));
  const [top = ''] = store.layerDirectories(image);

  expect(readFileSync(join(store.layersDir, top, 'etc/upper'), 'utf8')).toBe('upper');
  expect(statSync(join(store.layersDir, top, 'etc/upper')).mode & 0o7777).toBe(0o640);
});

test('making the same image again changes nothing, and a write cut short is swept at the next start', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-images-'));
  const store = openImageStore(directory.path);
  const first = store.put(newImage('demo'));
  const layers = readdirSync(store.layersDir);
  expect(store.put(newImage('demo'))).toEqual(first);
  expect(readdirSync(store.layersDir)).toEqual(layers);

  mkdirSync(join(store.layersDir, '.new-cut-short'));
  openImageStore(directory.path);
  expect(readdirSync(store.layersDir)).toEqual(layers);
});
