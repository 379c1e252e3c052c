import { randomUUID } from 'node:crypto';
import { AutopsyReport, FleetContainer, FleetContainerDetail, Host, LaunchTrace } from '@vitrine/protocol';
import { z } from 'zod';
import { cliOf } from '../src/cli.ts';
import { expect, test } from '../src/fixtures.ts';
import { listHost, untilAsBefore } from '../src/listings.ts';
import { tryToEnd } from '../src/part.ts';

const Operation = z.object({ operationId: z.string().optional(), responses: z.record(z.string(), z.unknown()) });
const OpenApi = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

const Plan = z.object({
  steps: z.array(z.object({ side: z.enum(['shim', 'child']), index: z.number(), label: z.string() })),
});

/** "child 12 mount /proc": a plan and a trace list the two sides differently. */
const inOrder = (steps: readonly { side: string; index: number; label: string }[]): string[] =>
  steps
    .toSorted((a, b) => a.side.localeCompare(b.side) || a.index - b.index)
    .map(({ side, index, label }) => `${side} ${index} ${label}`);

/** What a person types, with the status on the last line. */
async function curl(token: string, ...args: readonly string[]): Promise<{ status: number; body: unknown }> {
  const { stdout } = await tryToEnd([
    'curl',
    '--silent',
    '--write-out',
    '\n%{http_code}',
    '--header',
    `authorization: Bearer ${token}`,
    '--header',
    'content-type: application/json',
    ...args,
  ]);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: JSON.parse(stdout.slice(0, end)) as unknown };
}

test.describe('by curl with an API token', () => {
  test('the OpenAPI document names the verbs, and they do what it says', async ({ fleet }) => {
    const { url, token } = fleet.rest;
    const document = OpenApi.parse((await curl(token, `${url}/api/v1/openapi.json`)).body);
    expect(document.openapi).toMatch(/^3\.1/);
    const at = '/api/v1/hosts/{hostId}/containers';
    const pathOf = (path: string): string | undefined =>
      [path, path.replace('/api/v1', '')].find((each) => document.paths[each] !== undefined);
    for (const path of [at, `${at}/{containerId}`, `${at}/{containerId}/stop`, `${at}/{containerId}/autopsy`]) {
      expect(pathOf(path), `${path} in the document`).toBeDefined();
    }

    const base = `${url}/api/v1/hosts/${fleet.alpha.hostId}/containers`;
    const idempotencyKey = randomUUID();
    const request = JSON.stringify({ spec: { image: 'starter', name: 'by-curl' }, idempotencyKey });
    const made = await curl(token, '--data', request, base);
    const again = await curl(token, '--data', request, base);
    const { container } = FleetContainerDetail.parse(made.body);
    expect(FleetContainerDetail.parse(again.body).container.id).toBe(container.id);
    expect(container).toMatchObject({ name: 'by-curl', status: 'running' });

    const stopped = await curl(token, '--data', '{"timeoutSec":5}', `${base}/${container.id}/stop`);
    expect(stopped.status).toBe(200);
    await expect
      .poll(async () => (await curl(token, `${base}/${container.id}/autopsy`)).status, { timeout: 10_000 })
      .toBe(200);
    const { sentence } = AutopsyReport.parse((await curl(token, `${base}/${container.id}/autopsy`)).body);
    expect(sentence).toContain('API token "e2e"');
    expect((await curl(token, '--request', 'DELETE', `${base}/${container.id}`)).status).toBe(200);
  });

  test('a refusal has its status, the field and the mend', async ({ fleet }) => {
    const { url, token } = fleet.rest;
    const base = `${url}/api/v1/hosts/${fleet.alpha.hostId}/containers`;
    const refused = (spec: object) => curl(token, '--data', JSON.stringify({ spec }), base);

    expect(await curl('vt_wrong', `${url}/api/v1/hosts`)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
    const unknown = await refused({ image: 'nowhere' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(JSON.stringify(unknown.body)).toContain('nowhere');
    expect(await refused({ image: 'starter', limits: { memoryBytes: 1 } })).toMatchObject({
      status: 400,
      body: { code: 'invalid-input', field: 'spec.limits.memoryBytes' },
    });
    const tooLarge = await fleet.rest.raw('POST', new URL(base).pathname, { spec: { image: 'x'.repeat(1_100_000) } });
    expect(tooLarge).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });
});

test.describe('by the command line', () => {
  test('run shows what the container writes and ends with its exit code', async ({ fleet }) => {
    const vitrine = cliOf(fleet.rest);

    const done = await vitrine(
      'run',
      '--rm',
      '--host',
      'alpha',
      'starter',
      'sh',
      '-c',
      'echo out; echo err >&2; exit 3',
    );

    expect(done).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    expect((await vitrine('ps', '--all')).stdout).not.toContain('exited 3');
  });

  test('the life of a container, verb by verb', async ({ fleet }) => {
    const vitrine = cliOf(fleet.rest);
    const json = async <T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> => {
      const { code, stdout, stderr } = await vitrine(...args, '--json');
      expect(code, stderr).toBe(0);
      return schema.parse(JSON.parse(stdout));
    };

    expect((await json(z.array(Host), 'hosts')).map(({ name }) => name)).toContain('alpha');
    const made = await vitrine('create', '--host', 'alpha', '--name', 'by-cli', '-m', '64m', 'starter');
    expect(made.stderr).toBe('');
    expect((await json(FleetContainerDetail, 'inspect', 'by-cli')).container.status).toBe('created');
    expect((await vitrine('start', 'by-cli')).code).toBe(0);
    const { container } = await json(FleetContainerDetail, 'inspect', 'by-cli');
    expect(container).toMatchObject({ status: 'running', limits: { memoryBytes: 67_108_864 } });
    expect((await json(z.array(FleetContainer), 'ps')).map((row) => row.container.name)).toContain('by-cli');
    await expect.poll(async () => (await vitrine('logs', 'by-cli')).stdout).toContain('hello from');
    expect((await vitrine('trace', 'by-cli')).stdout).toMatch(/system calls, \d+\.\d+ ms from the first to exec/);

    expect((await vitrine('rm', 'by-cli')).code).toBe(7);
    expect((await vitrine('kill', container.id.slice(0, 12))).code).toBe(0);
    await expect
      .poll(async () => (await vitrine('autopsy', 'by-cli')).stdout)
      .toContain('Killed with SIGKILL on request');
    const told = (await vitrine('events', 'by-cli')).stdout;
    for (const type of ['container.created', 'container.started', 'container.exited']) expect(told).toContain(type);
    expect((await vitrine('rm', 'by-cli')).code).toBe(0);
    expect((await vitrine('inspect', 'by-cli')).code).toBe(3);
  });

  test('plan tells the system calls that a launch then makes, and makes nothing itself', async ({
    fleet,
    containers,
  }) => {
    const vitrine = cliOf(fleet.rest);
    const { places, part } = fleet.alpha;
    const before = await listHost(places, part().pid);
    const here = ['--state-dir', places.stateDir, '--cgroup-parent', places.cgroupParent];
    const text = await vitrine('plan', ...here, '-m', '64m', 'starter', 'sleep', '1000');
    expect(text.stderr).toBe('');
    expect(text.stdout).toContain('pivot_root');
    const { stdout } = await vitrine('plan', ...here, '--json', '-m', '64m', 'starter', 'sleep', '1000');
    await untilAsBefore(before, places, part().pid);

    const spec = { image: 'starter', command: ['sleep', '1000'], limits: { memoryBytes: 64 * 1024 * 1024 } };
    const { id } = await containers.run(spec);
    const { steps } = await fleet.rest.get(
      `/api/v1/hosts/${fleet.alpha.hostId}/containers/${id}/launch-trace`,
      LaunchTrace,
    );
    const run = inOrder(steps).map((step) => step.replace(id, '0'.repeat(64)).replace(id.slice(0, 12), '0'.repeat(12)));
    expect(run).toEqual(inOrder(Plan.parse(JSON.parse(stdout)).steps));
  });

  test('what cannot be is refused with its exit code and a mend, and nothing is left', async ({ fleet }) => {
    const vitrine = cliOf(fleet.rest);
    const cases: [number, string, string[]][] = [
      [3, 'nowhere', ['run', '-d', 'nowhere']],
      [6, 'nope', ['run', '-d', 'starter', '/bin/nope']],
      [2, '--memory', ['run', '-d', '-m', '1k', 'starter']],
      [3, 'gamma', ['run', '-d', '--host', 'gamma', 'starter']],
    ];
    for (const [code, word, [verb = '', ...args]] of cases) {
      const host = args.includes('--host') ? [] : ['--host', 'alpha'];
      const refused = await vitrine(verb, ...host, ...args);
      expect(refused, args.join(' ')).toMatchObject({ code, stdout: '' });
      expect(refused.stderr).toMatch(/^vitrine: .+\n.+/);
      expect(refused.stderr).toContain(word);
    }
    expect(JSON.parse((await vitrine('ps', '--json')).stdout)).toEqual([]);
    expect((await cliOf({ ...fleet.rest, token: 'wrong' })('hosts')).code).toBe(4);
    expect((await cliOf({ ...fleet.rest, url: 'http://127.0.0.1:9' })('hosts')).code).toBe(5);
  });
});
