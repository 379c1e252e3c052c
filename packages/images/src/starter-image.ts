/** A small real system of static busybox, made on the spot: no registry is asked. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Image } from '@vitrine/protocol';
import type { ImageStore } from './image-store.ts';
import type { LayerEntry } from './layer.ts';
import { DEMO_PROGRAMS } from './starter-programs.ts';

export const STARTER_REFERENCE = 'starter:latest';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const DIRECTORIES: Record<string, number> = {
  bin: 0o755,
  dev: 0o755,
  etc: 0o755,
  home: 0o755,
  'home/guest': 0o755,
  proc: 0o755,
  root: 0o700,
  run: 0o755,
  sbin: 0o755,
  sys: 0o755,
  tmp: 0o1777,
  usr: 0o755,
  'usr/bin': 0o755,
  'usr/sbin': 0o755,
  var: 0o755,
  'var/log': 0o755,
  'var/tmp': 0o1777,
};

const TEXT_FILES: Record<string, string> = {
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/sh',
    'daemon:x:1:1:daemon:/usr/sbin:/bin/false',
    'guest:x:1000:1000:guest:/home/guest:/bin/sh',
    'nobody:x:65534:65534:nobody:/:/bin/false',
    '',
  ].join('\n'),
  'etc/group': ['root:x:0:', 'daemon:x:1:', 'users:x:100:guest', 'guest:x:1000:', 'nogroup:x:65534:', ''].join('\n'),
  'etc/hostname': 'localhost\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  'etc/resolv.conf': '',
  'etc/os-release':
    'NAME="Vitrine starter"\nID=vitrine-starter\nPRETTY_NAME="Vitrine starter (busybox)"\nVERSION_ID=1\n',
  'etc/profile': `export PATH=${PATH}\nexport PS1='\\u@\\h:\\w\\$ '\n`,
};

/** Makes `starter:latest`, or answers the one that is there when it would be the same. */
export async function makeStarterImage(store: ImageStore, busyboxPath: string): Promise<Image> {
  const busybox = await readFile(busyboxPath);
  const applets = await listApplets(busyboxPath);
  return store.put({
    reference: STARTER_REFERENCE,
    layers: [baseLayer(busybox, applets), demoLayer()],
    config: {
      entrypoint: [],
      cmd: ['/usr/local/bin/starter'],
      env: [`PATH=${PATH}`],
      workingDir: '/',
      user: '',
    },
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    createdAtMs: 0,
  });
}

/** Paths as busybox would install them: `bin/ls`, `usr/bin/top`. */
async function listApplets(busyboxPath: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(busyboxPath, ['--list-full']);
  return stdout.split('\n').filter((path) => /^(usr\/)?s?bin\/[^/]+$/.test(path) && path !== 'bin/busybox');
}

function baseLayer(busybox: Uint8Array, applets: readonly string[]): LayerEntry[] {
  return [
    ...Object.entries(DIRECTORIES).map(([path, mode]) => ({ type: 'directory' as const, path, mode })),
    { type: 'file', path: 'bin/busybox', mode: 0o755, content: busybox },
    ...applets.map((path) => ({ type: 'symlink' as const, path, target: '/bin/busybox' })),
    ...Object.entries(TEXT_FILES).map(([path, text]) => textFile(path, 0o644, text)),
  ];
}

function demoLayer(): LayerEntry[] {
  return [
    { type: 'directory', path: 'usr', mode: 0o755 },
    { type: 'directory', path: 'usr/local', mode: 0o755 },
    { type: 'directory', path: 'usr/local/bin', mode: 0o755 },
    ...Object.entries(DEMO_PROGRAMS).map(([name, text]) => textFile(`usr/local/bin/${name}`, 0o755, text)),
  ];
}

const textFile = (path: string, mode: number, text: string): LayerEntry => ({
  type: 'file',
  path,
  mode,
  content: Buffer.from(text),
});
