import { CLI_EXIT_CODE, ErrorCode, HTTP_STATUS, type Exit } from '@vitrine/protocol';
import { describe, expect, test } from 'vitest';
import { runCli } from './cli.ts';
import { EXIT_CODE_HELP, exitCodeOf } from './exit-code.ts';
import { fakeTerminal, ok } from './fake-context.ts';

const HOST_A = '0195fe6c-7ad0-7000-8000-00000000000a';
const HOST_B = '0195fe6c-7ad0-7000-8000-00000000000b';

const host = (id: string, name: string) => ({
  id,
  name,
  connection: 'online',
  enrolledAtMs: 0,
  lastSeenAtMs: 1_700_000_000_000,
  clockSkewMs: 0,
  info: null,
  sample: null,
});

const container = (digit: string, name: string, hostId = HOST_A) => ({
  hostId,
  hostName: hostId === HOST_A ? 'alpha' : 'beta',
  seenAtMs: 1_700_000_000_000,
  container: {
    id: digit.repeat(64).slice(0, 64),
    name,
    image: 'starter',
    command: ['sleep', '1'],
    status: 'running',
    pid: 42,
    createdAtMs: 1_699_999_000_000,
    startedAtMs: 1_699_999_000_000,
    stoppedAtMs: null,
    exit: null,
    oomKills: 0,
    limits: {},
    labels: {},
  },
});

const fleet = (...containers: ReturnType<typeof container>[]) => ({
  'GET /api/v1/hosts': () => ok([host(HOST_A, 'alpha'), host(HOST_B, 'beta')]),
  'GET /api/v1/containers': () => ok(containers),
});

describe('what the hub refuses ends in the exit code of its class', () => {
  test.each(ErrorCode.options)('%s', async (code) => {
    const body = { code, message: 'It was refused.', mend: 'Do otherwise.', field: null };
    const terminal = fakeTerminal({ 'GET /api/v1/hosts': () => ({ status: HTTP_STATUS[code], body }) });

    expect(await runCli(terminal.context, ['hosts'])).toBe(CLI_EXIT_CODE[code]);
    expect(terminal.stderr()).toBe('vitrine: It was refused.\nDo otherwise.\n');
    expect(terminal.stdout()).toBe('');
  });
});

test('with --json an error is JSON, too, and still on standard error', async () => {
  const body = { code: 'forbidden', message: 'No.', mend: null, field: null };
  const terminal = fakeTerminal({ 'GET /api/v1/hosts': () => ({ status: 403, body }) });

  expect(await runCli(terminal.context, ['hosts', '--json'])).toBe(4);
  expect(JSON.parse(terminal.stderr())).toEqual({ error: body });
});

test('an answer of another shape is told as a mismatch of versions, never shown as data', async () => {
  const terminal = fakeTerminal({ 'GET /api/v1/hosts': () => ok([{ id: 'x' }]) });

  expect(await runCli(terminal.context, ['hosts'])).toBe(1);
  expect(terminal.stderr()).toContain('GET /api/v1/hosts');
});

describe('wrong usage', () => {
  test.each([
    ['a command that is not there', ['lst']],
    ['an option that is not there', ['ps', '--al']],
    ['too few arguments', ['inspect']],
    ['too many arguments', ['inspect', 'a', 'b']],
    ['an option without its value', ['run', '--memory']],
    ['help about nothing', ['help', 'nothing']],
    ['waiting and not waiting at once', ['run', '-d', '--rm', 'starter']],
  ])('%s ends with 2 and points to the help', async (_title, args) => {
    const terminal = fakeTerminal();

    expect(await runCli(terminal.context, args)).toBe(2);
    expect(terminal.stderr().split('\n')).toHaveLength(3);
  });
});

test('every command has a help that names its options', async () => {
  const overview = fakeTerminal();
  await runCli(overview.context, ['help']);
  const names = [...overview.stdout().matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name);

  expect(names.length).toBeGreaterThan(15);
  for (const name of names.filter((each) => each !== 'help')) {
    const terminal = fakeTerminal();
    expect(await runCli(terminal.context, [name, '--help'])).toBe(0);
    expect(terminal.stdout()).toContain('--json');
  }
});

test('the documented exit codes are those of the protocol', () => {
  const documented = new Set([...EXIT_CODE_HELP.matchAll(/^ {3}(\d) /gm)].map(([, code]) => Number(code)));

  expect(documented).toEqual(new Set([0, ...Object.values(CLI_EXIT_CODE)]));
});

describe('a container is found by name or by the first digits of its id', () => {
  const kills: string[] = [];
  const routes = (...containers: ReturnType<typeof container>[]) => ({
    ...fleet(...containers),
    ...Object.fromEntries(
      containers.map(({ hostId, container: { id } }) => [
        `DELETE /api/v1/hosts/${hostId}/containers/${id}`,
        () => {
          kills.push(id);
          return ok({ id });
        },
      ]),
    ),
  });

  test.each([
    ['by name', 'web', 0, 'a'],
    ['by digits', 'bb', 0, 'b'],
    ['a name wins over digits that fit as well', 'cafe', 0, 'd'],
  ])('%s', async (_title, wanted, code, digit) => {
    const terminal = fakeTerminal(
      routes(container('a', 'web'), container('b', 'db'), container('cafe', 'x'), container('d', 'cafe')),
    );

    expect(await runCli(terminal.context, ['rm', wanted])).toBe(code);
    expect(terminal.stdout().startsWith(digit)).toBe(true);
  });

  test('a name on two hosts is listed, not guessed, and nothing is touched', async () => {
    kills.length = 0;
    const terminal = fakeTerminal(routes(container('a', 'web'), container('b', 'web', HOST_B)));

    expect(await runCli(terminal.context, ['rm', 'web'])).toBe(7);
    expect(terminal.stderr()).toContain('web (aaaaaaaaaaaa) on alpha, web (bbbbbbbbbbbb) on beta');
    expect(kills).toEqual([]);
  });

  test('one misspelt name among several changes nothing', async () => {
    kills.length = 0;
    const terminal = fakeTerminal(routes(container('a', 'web')));

    expect(await runCli(terminal.context, ['rm', 'web', 'wbe'])).toBe(3);
    expect(kills).toEqual([]);
  });
});

test('with several hosts, run asks which one before it makes anything', async () => {
  const terminal = fakeTerminal(fleet());

  expect(await runCli(terminal.context, ['run', '-d', 'starter'])).toBe(2);
  expect(terminal.stderr()).toContain('alpha, beta');
  expect(terminal.stderr()).toContain('--host NAME');
});

test('ps leaves out what has ended until it is asked for all', async () => {
  const ended = container('b', 'gone');
  Object.assign(ended.container, { status: 'stopped', pid: null, exit: { kind: 'exited', code: 3 } });
  const some = fakeTerminal(fleet(container('a', 'web'), ended));
  const all = fakeTerminal(fleet(container('a', 'web'), ended));

  await runCli(some.context, ['ps']);
  await runCli(all.context, ['ps', '--all']);

  expect(some.stdout()).not.toContain('gone');
  expect(all.stdout()).toMatch(/gone.*exited 3/);
});

describe('the end of a container as an exit code', () => {
  const sender = { kind: 'unknown', why: 'no tracefs' } as const;
  const rows: [string, Exit, number][] = [
    ['its own code', { kind: 'exited', code: 42 }, 42],
    ['a signal as a shell tells it', { kind: 'signaled', signal: 'SIGTERM', coreDumped: false, sender }, 143],
    [
      'out of memory',
      { kind: 'oom', limitBytes: 1, usageBytes: 1, victim: { pid: 1, containerPid: 1, comm: 'x' } },
      137,
    ],
    ['end unknown', { kind: 'lost', why: 'the shim was killed' }, 1],
  ];
  test.each(rows)('%s', (_title, exit, code) => {
    expect(exitCodeOf(exit)).toBe(code);
  });
});

describe('login', () => {
  const user = { id: 'u', name: 'Admin', email: 'admin@vitrine.local', role: 'admin' };
  const token = {
    row: { id: 't', name: 'n', start: 'vt', role: 'admin', createdAtMs: 0, expiresAtMs: null, lastUsedAtMs: null },
    token: 'secret',
  };

  test('a one-time password is changed first, and the token is kept', async () => {
    const passwords = { current: 'one-time' };
    let changes = 0;
    const terminal = fakeTerminal(
      {
        'POST /api/auth/sign-in/email': ({ body }) =>
          (body as { password: string }).password === passwords.current
            ? { status: 200, body: {}, cookies: ['session=1; HttpOnly'] }
            : { status: 401, body: { message: 'Wrong e-mail or password.' } },
        'POST /api/v1/me/password': ({ body }) => {
          passwords.current = (body as { newPassword: string }).newPassword;
          changes += 1;
          return ok({});
        },
        'GET /api/v1/me': () => ok({ ...user, mustChangePassword: changes === 0 }),
        'POST /api/v1/api-tokens': () => ok(token),
      },
      ['admin@vitrine.local', 'one-time', 'short', 'a long new password', 'a long new password'],
    );

    expect(await runCli(terminal.context, ['login', 'hub.test:7080'])).toBe(0);
    expect(terminal.saved()).toEqual({ hubUrl: 'http://hub.test:7080', token: 'secret' });
    expect(passwords.current).toBe('a long new password');
    expect(terminal.stderr()).toContain('at least 12 characters');
  });

  test('a wrong password ends with 4 and keeps nothing', async () => {
    const terminal = fakeTerminal(
      { 'POST /api/auth/sign-in/email': () => ({ status: 401, body: { message: 'Wrong e-mail or password.' } }) },
      ['admin@vitrine.local', 'wrong'],
    );

    expect(await runCli(terminal.context, ['login', 'hub.test'])).toBe(4);
    expect(terminal.saved()).toBeUndefined();
  });

  test('without a terminal a token is asked for, not a password', async () => {
    const terminal = fakeTerminal();

    expect(await runCli(terminal.context, ['login', 'hub.test'])).toBe(4);
    expect(terminal.stderr()).toContain('--token');
  });
});

test('join is handed to the agent of this host', async () => {
  const terminal = fakeTerminal();
  const command = ['join', '--hub', 'http://hub.test', '--token', 'vjt_x', '--state-dir', '/s'];

  expect(await runCli(terminal.context, command)).toBe(0);
  expect(terminal.agentCalls).toEqual([
    ['join', '--hub-url', 'http://hub.test', '--token', 'vjt_x', '--state-dir', '/s'],
  ]);
  expect(await runCli(terminal.context, ['join', '--hub', 'http://hub.test'])).toBe(2);
});

describe('plan', () => {
  test('takes the options of run and asks no hub', async () => {
    const terminal = fakeTerminal();

    expect(await runCli(terminal.context, ['plan', '-m', '64m', 'starter', 'ls', '-l'])).toBe(0);
    expect(terminal.planned).toMatchObject([
      { image: 'starter', command: ['ls', '-l'], limits: { memoryBytes: 67_108_864 }, seccomp: 'default' },
    ]);
    expect(terminal.stdout()).toBe('the plan\n');
  });

  test.each([
    ['nothing to plan', ['plan']],
    ['two things to plan', ['plan', '--spec', 'x.json', 'starter']],
    ['a file that is not there', ['plan', '--spec', '/nowhere.json']],
    ['a file that is no specification', ['plan', '--spec', 'package.json']],
  ])('%s is wrong usage', async (_title, args) => {
    expect(await runCli(fakeTerminal().context, args)).toBe(2);
  });
});
