import { openLinuxKernel, probeKernel, type KernelFeatureName, type KernelFeatures } from '@vitrine/kernel';
import { ContainerSpec, mebibytes, type ContainerSpecInput } from '@vitrine/protocol';
import { expect, test } from 'vitest';
import { checkHost, checkIds, checkSpec } from './check-spec.ts';

const probed = Object.keys(probeKernel(openLinuxKernel())) as KernelFeatureName[];
const features = (...missing: KernelFeatureName[]): KernelFeatures =>
  Object.fromEntries(
    probed.map((name) => [name, { name, available: !missing.includes(name), usedFor: '', detail: 'by test' }]),
  ) as KernelFeatures;
const host = { memoryBytes: mebibytes(1024), cpuCount: 2 };
const check =
  (spec: Partial<ContainerSpecInput>, kernelFeatures = features()) =>
  () =>
    checkSpec(ContainerSpec.parse({ image: 'demo', ...spec }), host, kernelFeatures);

test.each<[string, Partial<ContainerSpecInput>]>([
  ['limits.memoryBytes', { limits: { memoryBytes: mebibytes(2048) } }],
  ['limits.swapBytes', { limits: { swapBytes: 0 } }],
  ['limits.cpuCores', { limits: { cpuCores: 3 } }],
  ['limits.io.0.device', { limits: { io: [{ device: '4095:9', readBytesPerSec: 1 }] } }],
  ['rlimits.0.type', { rlimits: [{ type: 'RLIMIT_JOY', soft: 1, hard: 1 }] }],
  ['rlimits.0.soft', { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 2, hard: 1 }] }],
  ['stopSignal', { stopSignal: 'SIGNOPE' }],
])('%s is named when it cannot be', (field, spec) => {
  expect(check(spec)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
});

test('an ordinary request passes', () => {
  expect(check({ limits: { memoryBytes: mebibytes(64), cpuCores: 0.5, pids: 32 } })).not.toThrow();
});

test("a kernel without idmapped mounts still runs containers with the host's users", () => {
  expect(check({}, features('idmappedMounts'))).toThrow(
    expect.objectContaining({ code: 'unsupported', field: 'userNamespace' }),
  );
  expect(check({ userNamespace: 'host' }, features('idmappedMounts'))).not.toThrow();
});

test('a kernel without filters is not silently unconfined', () => {
  expect(check({}, features('seccomp'))).toThrow(expect.objectContaining({ code: 'unsupported', field: 'seccomp' }));
  expect(check({ seccomp: 'unconfined' }, features('seccomp'))).not.toThrow();
  expect(check({}, features('libseccomp'))).toThrow(expect.objectContaining({ code: 'unsupported', field: 'seccomp' }));
});

test('a kernel that lacks what every launch needs is told with all that it lacks', () => {
  expect(() => checkHost(features())).not.toThrow();
  expect(() => checkHost(features('openat2', 'overlay'))).toThrow(/lacks openat2 \(by test\), overlay \(by test\)/);
});

test("an id past the end of the container's range is refused", () => {
  const user = { uid: 65_536, gid: 0, additionalGids: [], home: '/' };
  expect(() => checkIds(user, 'auto')).toThrow(expect.objectContaining({ field: 'user' }));
  expect(() => checkIds(user, 'host')).not.toThrow();
});
