import { existsSync, lstatSync, mkdtempDisposableSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openImageStore } from './image-store.ts';
import { makeStarterImage } from './starter-image.ts';

const BUSYBOX = '/bin/busybox';

test.runIf(existsSync(BUSYBOX))(
  'the starter image holds a shell, its users and programs to try limits with',
  async () => {
    using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-images-'));
    const store = openImageStore(directory.path);
    const image = await makeStarterImage(store, BUSYBOX);
    const [demo = '', base = ''] = store.layerDirectories(image).map((name) => join(store.layersDir, name));

    expect(image.reference).toBe('starter:latest');
    expect(image.config.cmd).toEqual(['/usr/local/bin/starter']);
    expect(readlinkSync(join(base, 'bin/sh'))).toBe('/bin/busybox');
    expect(lstatSync(join(base, 'tmp')).mode & 0o7777).toBe(0o1777);
    for (const program of ['starter', 'burn-cpu', 'fork-bomb', 'eat-memory']) {
      expect(lstatSync(join(demo, 'usr/local/bin', program)).mode & 0o111).toBe(0o111);
    }
    expect(await makeStarterImage(store, BUSYBOX)).toEqual(image);
  },
);
