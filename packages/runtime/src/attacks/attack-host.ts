/** What every attack needs: images made to harm, programs that try, and a look at what they changed on the host. */
import { execFileSync } from 'node:child_process';
import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerEntry } from '@vitrine/images';
import type { ContainerSpecInput, Image } from '@vitrine/protocol';
import { expect } from 'vitest';
import { LaunchError } from '../launch-error.ts';
import { listLeavings, type TestHost } from '../test-host.ts';

export const SIGKILL = 9;

const PROBES = new URL('probes/', import.meta.url).pathname;

export const directory = (path: string): LayerEntry => ({ type: 'directory', path, mode: 0o755 });
export const symlink = (path: string, target: string): LayerEntry => ({ type: 'symlink', path, target });
export const file = (path: string, content: string | Uint8Array, mode = 0o644): LayerEntry => ({
  type: 'file',
  path,
  mode,
  content: Buffer.from(content),
});

/** A shell and what it needs: nothing else has a place in an image made to harm. */
export const busybox: readonly LayerEntry[] = [
  directory('bin'),
  file('bin/busybox', readFileSync('/bin/busybox'), 0o755),
  ...['cat', 'echo', 'grep', 'id', 'ls', 'sh', 'sleep'].map((name) => symlink(`bin/${name}`, 'busybox')),
];

/** `probes/NAME.c` as a static program, which asks the kernel without a C library's opinion in between. */
export function compileProbe(name: string): Buffer {
  using place = mkdtempDisposableSync(join(tmpdir(), 'vitrine-probe-'));
  const program = join(place.path, name);
  // musl has no kernel headers of its own; the system's come after it, so that the C library stays musl's.
  const multiarch = `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const headers = ['-idirafter', '/usr/include', '-idirafter', multiarch];
  const flags = ['-std=gnu17', '-Wall', '-Werror', '-Wno-format-truncation', '-Os', '-static'];
  execFileSync('musl-gcc', [...flags, ...headers, '-o', program, `${PROBES}${name}.c`], { stdio: 'pipe' });
  return readFileSync(program);
}

/** Answers the layers' directories, topmost first. */
export function putImage(
  { store, options }: TestHost,
  reference: string,
  layers: readonly (readonly LayerEntry[])[],
  config: Partial<Image['config']> = {},
): string[] {
  const image = store.put({
    reference,
    layers,
    config: { entrypoint: [], cmd: ['/bin/sh', '-c', 'exit 5'], env: [], workingDir: '', user: '', ...config },
    architecture: 'amd64',
    createdAtMs: 0,
  });
  return store.layerDirectories(image).map((name) => join(options.images.layersDir, name));
}

/** Runs the attack, and expects to find the host as it was before. */
export async function leavingNothing<T>(host: TestHost, attack: () => Promise<T>): Promise<T> {
  const before = leavingsOf(host);
  const result = await attack();
  expect(leavingsOf(host)).toEqual(before);
  return result;
}

/** Another engine on this machine may mount overlays meanwhile; ours name the state directory. */
function leavingsOf(host: TestHost): ReturnType<typeof listLeavings> {
  const { mounts, ...others } = listLeavings(host);
  const isOurs = (mount: string): boolean => !mount.includes(' - overlay ') || mount.includes(host.stateDir);
  return { ...others, mounts: mounts.filter(isOurs) };
}

/** The launch that must not work. Throws when it did. */
export async function refusal(host: TestHost, spec: Partial<ContainerSpecInput>): Promise<LaunchError> {
  const outcome: unknown = await host.run(spec).catch((error: unknown) => error);
  if (outcome instanceof LaunchError) return outcome;
  throw new Error('It was launched, or refused for another reason.', { cause: outcome });
}

/** What a probe says: one attempt a line, `what it tried: ERRNO`, or `: done` when nobody stopped it. */
export const answersOf = (said: string): Record<string, string> =>
  Object.fromEntries(
    said.split('\n').map((line): [string, string] => {
      const at = line.lastIndexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
