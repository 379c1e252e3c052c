import { mkdtempDisposableSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLinuxKernel } from '@vitrine/kernel';
import { expect, test } from 'vitest';
import { refusedSyscalls, SeccompFilters, unknownAsMissing } from './seccomp-filters.ts';
import { defaultSeccomp } from './seccomp-profile.ts';

const kernel = openLinuxKernel();
const profile = defaultSeccomp([], process.arch);

test('a filter is compiled once, and found on disk by the next agent', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-seccomp-'));
  let compiled = 0;
  const counting = { ...kernel, compileSeccomp: (p: typeof profile) => ((compiled += 1), kernel.compileSeccomp(p)) };
  const filters = new SeccompFilters(counting, directory.path);
  const first = filters.filterFor(profile);
  expect(Buffer.from(filters.filterFor(profile))).toEqual(first);
  expect(Buffer.from(new SeccompFilters(counting, directory.path).filterFor(profile))).toEqual(first);
  expect(compiled).toBe(1);
});

test('a filter cut short on disk is compiled anew, never used', () => {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'vitrine-seccomp-'));
  const filter = new SeccompFilters(kernel, directory.path).filterFor(profile);
  const [name = ''] = readdirSync(join(directory.path, 'seccomp'));
  writeFileSync(join(directory.path, 'seccomp', name), filter.subarray(0, 12));
  expect(Buffer.from(new SeccompFilters(kernel, directory.path).filterFor(profile))).toEqual(filter);
});

test('a call younger than the list is answered as if the kernel did not have it', () => {
  const filter = Buffer.from(unknownAsMissing(new Uint8Array(8), 469));
  expect(filter.length).toBe(32);
  expect(filter.readUInt32LE(8 + 4)).toBe(469);
  expect(filter.readUInt32LE(16 + 4)).toBe(0x0005_0000 | 38);
});

test('what is dangerous is refused, what programs need is not, and a capability opens its own calls only', () => {
  const refused = refusedSyscalls(kernel, profile);
  expect(refused).toEqual(
    expect.arrayContaining(['mount', 'bpf', 'io_uring_setup', 'add_key', 'kexec_load', 'clone3']),
  );
  expect(refused).not.toEqual(expect.arrayContaining(['read']));
  expect(refused).not.toContain('clone');
  const withChroot = refusedSyscalls(kernel, defaultSeccomp(['CAP_SYS_CHROOT'], process.arch));
  expect(refused.filter((name) => !withChroot.includes(name))).toEqual(['chroot']);
});
