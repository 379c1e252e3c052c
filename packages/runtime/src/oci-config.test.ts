import { ContainerSpec, mebibytes, type ContainerSpecInput, type Image } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { makeOciConfig, toOciResources } from './oci-config.ts';

const image: Image = {
  reference: 'demo:latest',
  id: 'sha256:0',
  createdAtMs: 0,
  sizeBytes: 0,
  layers: [],
  config: {
    entrypoint: ['/bin/entry'],
    cmd: ['--flag'],
    env: ['PATH=/image', 'A=image'],
    workingDir: '/srv',
    user: '',
  },
};
const configOf = (spec: Partial<ContainerSpecInput>, uidRangeStart: number | null = 0x20000000) =>
  makeOciConfig({
    id: 'ab'.repeat(32),
    spec: ContainerSpec.parse({ image: 'demo', ...spec }),
    image,
    user: { uid: 0, gid: 0, additionalGids: [], home: '/root' },
    uidRangeStart,
    cgroup: { version: 'v2', path: '/vitrine/x' },
    architecture: 'x64',
  });

test('what the spec leaves out comes from the image, then from the defaults', () => {
  expect(configOf({ env: ['B=spec', 'A=spec'] })).toMatchObject({
    hostname: 'abababababab',
    process: {
      args: ['/bin/entry', '--flag'],
      cwd: '/srv',
      env: ['PATH=/image', 'HOSTNAME=abababababab', 'HOME=/root', 'A=spec', 'B=spec'],
      noNewPrivileges: true,
    },
  });
  expect(configOf({ command: ['/bin/other'], workingDir: '/' }).process).toMatchObject({
    args: ['/bin/other'],
    cwd: '/',
  });
});

test('a container has every namespace of its own and user ids of its own', () => {
  const { namespaces, uidMappings, gidMappings } = configOf({}).linux;
  expect(namespaces.map(({ type }) => type)).toEqual(['pid', 'mount', 'uts', 'ipc', 'cgroup', 'network', 'user']);
  expect(uidMappings).toEqual([{ containerID: 0, hostID: 0x20000000, size: 65_536 }]);
  expect(gidMappings).toEqual(uidMappings);
});

test("with the host's users and network those two namespaces are shared", () => {
  const { linux } = configOf({ userNamespace: 'host', network: 'host' }, null);
  expect(linux.namespaces.map(({ type }) => type)).toEqual(['pid', 'mount', 'uts', 'ipc', 'cgroup']);
  expect([linux.uidMappings, linux.sysctl]).toEqual([undefined, {}]);
});

test("nobody but the owner of the network may mount a sysfs, so others see the host's, read-only", () => {
  const sysfs = (spec: Partial<ContainerSpecInput>) =>
    configOf(spec).mounts.find(({ destination }) => destination === '/sys');
  expect(sysfs({})).toMatchObject({ type: 'sysfs' });
  expect(sysfs({ network: 'host', userNamespace: 'host' })).toMatchObject({ type: 'sysfs' });
  expect(sysfs({ network: 'host' })).toMatchObject({
    type: 'bind',
    options: expect.arrayContaining(['ro']) as string[],
  });
});

test('no capability is inheritable or ambient, whatever is added', () => {
  expect(configOf({ capabilities: { add: ['CAP_NET_ADMIN'] } }).process.capabilities).toMatchObject({
    bounding: expect.arrayContaining(['CAP_NET_ADMIN', 'CAP_CHOWN']) as string[],
    inheritable: [],
    ambient: [],
  });
});

test('a seccomp profile is part of the configuration unless unconfined was asked for', () => {
  expect(configOf({}).linux.seccomp).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1 });
  expect(configOf({ seccomp: 'unconfined' }).linux.seccomp).toBeUndefined();
});

test('limits are told in the words of the OCI specification', () => {
  expect(
    toOciResources({
      memoryBytes: mebibytes(64),
      swapBytes: mebibytes(16),
      cpuCores: 0.5,
      cpuWeight: 100,
      pids: 32,
      io: [{ device: '254:0', readBytesPerSec: 1000 }],
    }),
  ).toEqual({
    memory: { limit: mebibytes(64), swap: mebibytes(80) },
    cpu: { shares: 2597, quota: 50_000, period: 100_000 },
    pids: { limit: 32 },
    blockIO: {
      throttleReadBpsDevice: [{ major: 254, minor: 0, rate: 1000 }],
      throttleWriteBpsDevice: [],
      throttleReadIOPSDevice: [],
      throttleWriteIOPSDevice: [],
    },
  });
  expect(toOciResources({})).toEqual({});
});
