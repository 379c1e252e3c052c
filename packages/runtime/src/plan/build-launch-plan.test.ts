import type { KernelFeatures } from '@vitrine/kernel';
import { DomainError } from '@vitrine/protocol';
import { decodeTrace, renderPlan } from '@vitrine/shim';
import { describe, expect, test } from 'vitest';
import type { LaunchInput } from '../launch-input.ts';
import { buildLaunchPlan } from './build-launch-plan.ts';
import { execCandidates } from './exec.ts';
import { launchInput, NAMESPACES, type Wish } from './launch-fixture.ts';
import { parseMountOptions } from './mount-options.ts';

const ROOTFS: LaunchInput['rootfs'] = {
  layersParent: '/var/lib/vitrine/layers',
  layers: ['top', 'base'],
  upperDir: '/var/lib/vitrine/snapshots/c/upper',
  workDir: '/var/lib/vitrine/snapshots/c/work',
};

const features = (names: readonly string[]): KernelFeatures =>
  new Proxy({} as KernelFeatures, {
    get: (_, name) => ({ name, available: names.includes(String(name)), usedFor: '', detail: '' }),
  });
const NEWEST = features(['overlayLowerdirAppend']);
const OLD = features([]);

const rendered = (wish: Wish, kernel = NEWEST, rootfs = ROOTFS): string =>
  renderPlan(buildLaunchPlan(launchInput(wish, kernel, rootfs)));

const refusal = (wish: Wish, kernel = NEWEST, rootfs = ROOTFS): DomainError => {
  try {
    rendered(wish, kernel, rootfs);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('This plan was not refused.');
};

describe('plans are what they were when they were last looked at', () => {
  test('the ordinary container on cgroup v1 and a new kernel', async () => {
    const tasksFiles = ['/sys/fs/cgroup/memory/vitrine/c/tasks', '/sys/fs/cgroup/pids/vitrine/c/tasks'];
    const plan = rendered({ args: ['sh', '-c', 'true'], input: { cgroup: { version: 'v1', tasksFiles } } });
    await expect(plan).toMatchFileSnapshot('golden/ordinary-v1.txt');
  });

  test('cgroup v2, an older kernel, created but not started, read-only root', async () => {
    const plan = rendered(
      {
        args: ['/bin/server'],
        config: { root: { path: 'rootfs', readonly: true } },
        process: { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 }], oomScoreAdj: 100 },
        input: { cgroup: { version: 'v2', directory: '/sys/fs/cgroup/vitrine/c' }, startAtOnce: false },
      },
      OLD,
    );
    await expect(plan).toMatchFileSnapshot('golden/created-v2.txt');
  });

  test("the host's users and network, unconfined, with privileges to gain", async () => {
    const namespaces = NAMESPACES.filter((kind) => kind !== 'user' && kind !== 'network');
    const plan = rendered({
      args: ['sh'],
      namespaces,
      process: { noNewPrivileges: false },
      config: {
        mounts: [
          { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
          { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
          { destination: '/sys', type: 'bind', source: '/sys', options: ['rbind', 'ro'] },
        ],
      },
    });
    await expect(plan).toMatchFileSnapshot('golden/host-namespaces.txt');
  });
});

test('the seccomp filter is the last thing before exec, or comes before the capabilities go', () => {
  const callsOf = (noNewPrivileges: boolean): string[] =>
    buildLaunchPlan(launchInput({ args: ['/bin/true'], process: { noNewPrivileges } }, NEWEST, ROOTFS))
      .steps.filter(({ side }) => side === 'child')
      .map(({ call }) => call.replace(/\(.*/, ''));
  expect(callsOf(true).slice(-2)).toEqual(['seccomp', 'execve']);
  const privileged = callsOf(false);
  expect(privileged.indexOf('seccomp')).toBeLessThan(privileged.indexOf('capset'));
  expect(privileged.indexOf('seccomp')).toBeGreaterThan(privileged.indexOf('pivot_root'));
});

test('a path of the image is never looked up without the root as its root', () => {
  const { steps } = buildLaunchPlan(launchInput({ args: ['true'] }, NEWEST, ROOTFS));
  const pivot = steps.findIndex(({ call }) => call.startsWith('pivot_root('));
  const root = steps.findIndex(({ side, call }) => side === 'child' && call.startsWith('recvmsg('));
  const lookUps = steps.slice(root + 1, pivot).filter(({ call }) => /^(openat2|mount|umount2|open_tree)\(/.test(call));
  expect(lookUps.filter(({ call }) => call.startsWith('openat2(') && !call.includes('RESOLVE_IN_ROOT'))).toEqual([]);
  expect(lookUps.filter(({ call }) => /^(mount|open_tree)\(/.test(call) && !call.includes('AT_EMPTY_PATH'))).toEqual(
    [],
  );
});

test.each<{ what: string; wish: Wish; message: RegExp }>([
  {
    what: 'a namespace that exists',
    wish: { args: ['a'], linux: { namespaces: [{ type: 'pid', path: '/x' }] } },
    message: /Joining a namespace/,
  },
  { what: 'a time namespace', wish: { args: ['a'], namespaces: [...NAMESPACES, 'time'] }, message: /Time namespaces/ },
  { what: 'no mount namespace', wish: { args: ['a'], namespaces: ['pid'] }, message: /without its own mount/ },
  { what: 'a terminal', wish: { args: ['a'], process: { terminal: true } }, message: /terminal/ },
  {
    what: 'a user beyond the range',
    wish: { args: ['a'], process: { user: { uid: 65_536, gid: 0 } } },
    message: /uid 65536 is outside/,
  },
  {
    what: 'an unknown limit',
    wish: { args: ['a'], process: { rlimits: [{ type: 'RLIMIT_FUN', soft: 1, hard: 1 }] } },
    message: /RLIMIT_FUN/,
  },
  {
    what: 'an unknown file system',
    wish: { args: ['a'], config: { mounts: [{ destination: '/x', type: 'ntfs' }] } },
    message: /ntfs/,
  },
])('$what is refused in words, before anything is made', ({ wish, message }) => {
  const error = refusal(wish);
  expect(error.message).toMatch(message);
  expect(error.mend).not.toBeNull();
});

test('an older kernel that takes only short options refuses too many layers, a newer one does not', () => {
  const layers = Array.from({ length: 20 }, (_, index) => `layer-${index}`);
  expect(refusal({ args: ['a'] }, OLD, { ...ROOTFS, layers }).message).toMatch(/lowerdir is \d+ bytes long/);
  expect(rendered({ args: ['a'] }, NEWEST, { ...ROOTFS, layers })).toContain('"/var/lib/vitrine/layers/layer-19"');
});

test('a program without a slash is looked for in PATH, as a shell does', () => {
  expect(execCandidates('sh', ['PATH=/a:/b:/a'])).toEqual(['/a/sh', '/b/sh']);
  expect(execCandidates('sh', ['PATH=/a::'])).toEqual(['/a/sh', './sh']);
  expect(execCandidates('./sh', ['PATH=/a'])).toEqual(['./sh']);
  expect(execCandidates('sh', [])[0]).toBe('/usr/local/sbin/sh');
});

test('mount options are split between the mount and the file system', () => {
  const options = parseMountOptions({
    destination: '/x',
    options: ['ro', 'nodev', 'mode=755', 'rbind', 'newinstance', 'noswap'],
  });
  expect(options).toEqual({
    attributes: 0x1 | 0x4,
    data: [
      { key: 'mode', value: '755' },
      { key: 'noswap', value: undefined },
    ],
    recursive: true,
  });
});

test('something that is no trace is not taken for one', () => {
  expect(() => decodeTrace(new Uint8Array(200))).toThrow(/not the trace/);
});
