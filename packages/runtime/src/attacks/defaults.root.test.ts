/** What a kit for breaking out of containers tries, and what it is told. */
import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ContainerSpecInput } from '@vitrine/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestHost, type TestHost } from '../test-host.ts';
import { answersOf, compileProbe, file, leavingNothing, putImage } from './attack-host.ts';

/** Documentation's own network, for a machine without a card: nobody is there. */
const NOBODY = '192.0.2.1';

/** Allowed, as programs need it, and of no use: who goes above his root comes out at his root. */
const ALLOWED = ['chroot', 'chroot to what is above'];

/** What counts as a refusal: the first row that fits the attempt, otherwise EPERM. ENOENT: not every kernel has it. */
const REFUSALS: readonly (readonly [attempt: RegExp, ...answers: string[]])[] = [
  [/^write \/proc\/self\//, 'EPERM', 'ENOENT'],
  [/^write /, 'EACCES', 'EROFS', 'ENOENT'],
  [/^make a cgroup$/, 'EROFS', 'ENOENT'],
  [/^read \/proc\/k(msg|pagecount)$/, 'EACCES', 'EPERM', 'ENOENT'],
  [/^open .* at /, 'ENOENT'],
  [/^push to the terminal$/, 'ENOTTY'],
  [/^see a process of the host$/, 'ENOENT'],
  [/ a process of the host$/, 'ESRCH'],
  [/^read /, 'empty', 'ENOENT'],
  [/^raise priority$/, 'EACCES'],
  [/^be spared /, 'EACCES'],
  [/^clone3$/, 'ENOSYS'],
  [/^connect to the host's loopback$/, 'ECONNREFUSED'],
  [/^(connect|raw) to the host$/, 'ENETUNREACH'],
  [/^a frame to the host's card$/, 'ENXIO'],
  [/^a card beside lo$/, 'ENODEV'],
  [/^PID 1 has another root$|^what is above /, 'ENOENT'],
  [/./, 'EPERM'],
];

let host: TestHost;
let server: Server;
beforeAll(async () => {
  host = await openTestHost();
  server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => {
    server.listen(0, '0.0.0.0', resolve);
  });
  putImage(host, 'attack/kit', [[file('kit', compileProbe('break-out-kit'), 0o755)]]);
});
afterAll(async () => {
  server.close();
  await host[Symbol.asyncDispose]();
});

async function breakOut(spec: Partial<ContainerSpecInput>): Promise<Record<string, string>> {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The host listens nowhere.');
  const cards = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const address = cards.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? NOBODY;
  const command = ['/kit', process.pid, address, bound.port, statSync(host.stateDir).dev].map(String);
  const said = await leavingNothing(host, () => host.output({ image: 'attack/kit', command, ...spec }));
  const answers = answersOf(said);
  // Its last attempt: it was not stopped half-way.
  expect(answers).toHaveProperty('open_by_handle_at');
  return answers;
}

/** Those attempts that were not refused, or not for the reason that they ought to be. */
const unrefused = (
  answers: Record<string, string>,
  isRefusal: (attempt: string, answer: string) => boolean,
): string[] =>
  Object.entries(answers)
    .filter(([attempt, answer]) => !(ALLOWED.includes(attempt) ? answer === 'done' : isRefusal(attempt, answer)))
    .map(([attempt, answer]) => `${attempt}: ${answer}`);

const isRefusal = (attempt: string, answer: string): boolean =>
  REFUSALS.find(([pattern]) => pattern.test(attempt))?.includes(answer) === true;

test('out of a container with nothing but defaults there is no way that is known', async () => {
  expect(unrefused(await breakOut({}), isRefusal)).toEqual([]);
});

test("a container whose root is the host's root may write no setting, open no device that it makes, and see no secret", async () => {
  const answers = await breakOut({ userNamespace: 'host' });
  const refused = (attempt: string, answer: string): boolean => {
    // It owns these, so that only the mount says no.
    if (/^write \/(proc\/(?!self)|sys)/.test(attempt)) return ['EROFS', 'ENOENT'].includes(answer);
    // Not by the file system that it is made on, or not by the devices that the container may use.
    if (/^open .* at /.test(attempt)) return ['EACCES', 'EPERM', 'ENOENT'].includes(answer);
    if (/^make .* at /.test(attempt)) return ['done', 'EPERM'].includes(answer);
    // Of all memory pages how often each is used, and nothing of what is in them.
    if (attempt === 'read /proc/kpagecount') return ['EINVAL', 'ENOENT'].includes(answer);
    return isRefusal(attempt, answer);
  };
  expect(unrefused(answers, refused)).toEqual([]);
});

test('it is the filter that refuses new namespaces: the same kit gets them where it was asked for to be left out', async () => {
  const answers = await breakOut({ seccomp: 'unconfined' });
  expect(answers).toMatchObject({ 'clone into new users': 'done', unshare: 'done', 'unshare all but users': 'done' });
  expect(answers).toMatchObject({ 'PID 1 has another root': 'ENOENT', 'what is above is no root of ours': 'ENOENT' });
});
