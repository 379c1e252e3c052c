import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestHost, type TestHost } from './test-host.ts';

/** Calls by number, so that no C library falls back or refuses by itself. */
const PROGRAM = `
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
static void ask(const char *what, long answer) { printf("%s %d\\n", what, answer < 0 ? errno : 0); fflush(stdout); }
int main(void) {
	ask("AF_ALG", syscall(SYS_socket, 38, 5, 0));
	ask("AF_VSOCK", syscall(SYS_socket, 40, 1, 0));
	ask("AF_UNIX", syscall(SYS_socket, 1, 1, 0));
	ask("AF_NETLINK", syscall(SYS_socket, 16, 3, 0));
	ask("clone3", syscall(435, 0, 0));
	ask("clone NEWUSER", syscall(SYS_clone, 0x10000000 | 17, 0, 0, 0, 0));
	ask("unshare", syscall(SYS_unshare, 0x10000000));
	ask("mount", syscall(SYS_mount, 0, 0, 0, 0, 0));
	ask("bpf", syscall(SYS_bpf, 0, 0, 0));
	ask("keyctl", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
	ask("io_uring", syscall(425, 1, 0));
	ask("personality", syscall(SYS_personality, 0xffffffff));
	ask("of the future", syscall(1000));
	ask("getpid", syscall(SYS_getpid));
	return 0;
}
`;
const EPERM = 1;
const ENOSYS = 38;

const directory = mkdtempSync(join(tmpdir(), 'vitrine-seccomp-'));
let host: TestHost;
beforeAll(async () => {
  host = await openTestHost();
  writeFileSync(join(directory, 'ask.c'), PROGRAM);
  execFileSync('musl-gcc', [
    '-static',
    '-idirafter',
    '/usr/include',
    '-o',
    join(directory, 'ask'),
    join(directory, 'ask.c'),
  ]);
  host.store.put({
    reference: 'ask',
    layers: [[{ type: 'file', path: 'ask', mode: 0o755, content: readFileSync(join(directory, 'ask')) }]],
    config: { entrypoint: ['/ask'], cmd: [], env: [], workingDir: '', user: '' },
    architecture: 'amd64',
    createdAtMs: 0,
  });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const answers = (said: string): Record<string, number> =>
  Object.fromEntries(said.split('\n').map((line) => [line.replace(/ \d+$/, ''), Number(/\d+$/.exec(line)?.[0])]));

test('what no program needs is refused, and what the kernel is not known to have looks absent', async () => {
  expect(answers(await host.output({ image: 'ask' }))).toEqual({
    AF_ALG: EPERM,
    AF_VSOCK: EPERM,
    AF_UNIX: 0,
    AF_NETLINK: 0,
    clone3: ENOSYS,
    'clone NEWUSER': EPERM,
    unshare: EPERM,
    mount: EPERM,
    bpf: EPERM,
    keyctl: EPERM,
    io_uring: EPERM,
    personality: 0,
    'of the future': ENOSYS,
    getpid: 0,
  });
});

test('unconfined means no filter, and is only had by asking', async () => {
  const said = answers(await host.output({ image: 'ask', seccomp: 'unconfined' }));
  expect(said).toMatchObject({ unshare: 0, AF_UNIX: 0, getpid: 0 });
});
