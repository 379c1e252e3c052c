import { mebibytes, REQUEST_MAX_BYTES, type ContainerSpecInput, type ErrorCode } from '@vitrine/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AgentRig } from '../rig/agent-rig.ts';
import { withoutTraces } from '../rig/without-traces.ts';

let rig: AgentRig;
beforeAll(async () => {
  rig = await AgentRig.open();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

/** Typed: vitest's own matchers are `any`. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

type Row = { what: string; spec: Partial<ContainerSpecInput>; code: ErrorCode; field: string };

const REFUSED: Row[] = [
  { what: 'an unknown image', spec: { image: 'nope' }, code: 'not-found', field: 'image' },
  { what: 'an unknown user', spec: { user: 'nobody-here' }, code: 'invalid-input', field: 'user' },
  {
    what: 'too little memory',
    spec: { limits: { memoryBytes: 4096 } },
    code: 'invalid-input',
    field: 'limits.memoryBytes',
  },
  {
    what: "more memory than the host's",
    spec: { limits: { memoryBytes: mebibytes(1024 * 1024 * 64) } },
    code: 'invalid-input',
    field: 'limits.memoryBytes',
  },
  { what: 'a malformed name', spec: { name: '-no' }, code: 'invalid-input', field: 'name' },
  { what: 'a malformed variable', spec: { env: ['NO VALUE'] }, code: 'invalid-input', field: 'env.0' },
  { what: 'an empty command', spec: { command: [] }, code: 'invalid-input', field: 'command' },
  { what: 'a relative directory', spec: { workingDir: 'here' }, code: 'invalid-input', field: 'workingDir' },
  {
    what: 'an unknown capability',
    spec: { capabilities: { add: ['CAP_FLY'] } },
    code: 'invalid-input',
    field: 'capabilities.add',
  },
];

test.for(REFUSED)('$what is refused with the field and the mend, and leaves nothing', async ({ spec, code, field }) => {
  const before = await rig.events();
  await withoutTraces(rig, async () => {
    const refusal = await rig.create(spec).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code, field: like(new RegExp(field)), mend: like(/.{8}/) });
  });
  expect(await rig.client.call('containers.list', {})).toEqual([]);
  expect(await rig.events()).toEqual(before);
});

type LaunchRow = { what: string; spec: Partial<ContainerSpecInput>; step: RegExp; errno: string; code: number };

const FAILED: LaunchRow[] = [
  { what: 'not-found', spec: { command: ['no-such-program'] }, step: /./, errno: 'ENOENT', code: 127 },
  { what: 'not-executable', spec: { command: ['/etc/passwd'] }, step: /./, errno: 'EACCES', code: 126 },
  { what: 'no-directory', spec: { workingDir: '/not/here' }, step: /working directory/, errno: 'ENOENT', code: 125 },
];

test.for(FAILED)(
  'a launch that fails for "$what" names step, call, errno and mend, and keeps its trace',
  async ({ what, spec, step, errno, code }) => {
    await withoutTraces(rig, async () => {
      await expect(rig.create({ name: what, ...spec })).rejects.toMatchObject({
        code: 'launch-failed',
        message: like(new RegExp(`"[^"]*${step.source}[^"]*": \\w+\\(.*\\): ${errno}`)),
        mend: like(/.{8}/),
      });
    });
    const failed = (await rig.client.call('containers.list', {})).find(({ name }) => name === what);
    expect(failed).toMatchObject({ status: 'stopped', pid: null, exit: { kind: 'launch-failed', errno, code } });
    if (failed === undefined) return;
    const { id } = failed;
    const trace = await rig.client.call('containers.launchTrace', { id });
    expect(trace.steps.filter(({ outcome }) => outcome === 'failed').at(-1)?.errno).toBe(errno);
    expect((await rig.client.call('containers.autopsy', { id })).exit).toEqual(failed.exit);
    expect((await rig.events()).filter((event) => 'containerId' in event && event.containerId === id)).toMatchObject([
      { type: 'container.created' },
      { type: 'container.exited', exit: failed.exit },
    ]);
    await rig.client.call('containers.delete', { id });
  },
);

test('a failed launch that is asked for twice with one key fails twice in the same words, and leaves one record', async () => {
  const ask = () => rig.create({ name: 'twice', command: ['no-such-program'] }, { idempotencyKey: 'bad-request-1' });
  const first: unknown = await ask().catch((error: unknown) => error);
  const second: unknown = await ask().catch((error: unknown) => error);

  expect(second).toMatchObject({ code: 'launch-failed', message: (first as Error).message });
  const records = (await rig.client.call('containers.list', {})).filter(({ name }) => name === 'twice');
  expect(records.length).toBe(1);
  await Promise.all(records.map(({ id }) => rig.client.call('containers.delete', { id })));
});

test('a failed launch gives its name up to the next attempt, which somebody is told to have deleted it for', async () => {
  const failed = rig.create({ name: 'again', command: ['/nope'] });
  await expect(failed).rejects.toMatchObject({ code: 'launch-failed' });
  const [first] = await rig.client.call('containers.list', {});
  const retried = await rig.create({ name: 'again', command: ['/bin/sleep', '600'] });

  const listed = await rig.client.call('containers.list', {});
  expect(listed.map(({ id, name, status }) => ({ id, name, status }))).toEqual([
    { id: retried.id, name: 'again', status: 'running' },
  ]);
  expect(await rig.event('container.deleted', ({ containerId }) => containerId === first?.id)).toMatchObject({
    containerName: 'again',
    actor: { kind: 'local', pid: process.pid },
  });
  await expect(rig.create({ name: 'again' })).rejects.toMatchObject({ code: 'conflict', field: 'name' });
});

test('of two attempts at once after a failed launch, one has the name', async () => {
  await expect(rig.create({ name: 'both', command: ['/nope'] })).rejects.toMatchObject({ code: 'launch-failed' });
  const retry = () => rig.create({ name: 'both', command: ['/bin/sleep', '600'] });
  const results = await Promise.allSettled([retry(), retry()]);

  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
});

test('messages of the wrong shape or size are refused in words', async () => {
  const post = (body: string) => rig.client.raw('POST', '/containers.create', body);

  await expect(post('{')).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(post('{"spec":{"image":"starter","imagination":1}}')).rejects.toMatchObject({ code: 'invalid-input' });
  await expect(post(`{"x":"${'x'.repeat(REQUEST_MAX_BYTES)}"}`)).rejects.toMatchObject({ code: 'too-large' });
  await expect(rig.client.raw('POST', '/containers.explode', '{}')).rejects.toMatchObject({ code: 'not-found' });
  await expect(rig.client.raw('GET', '/containers.get?input={"id":"short"}')).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'id',
  });
});

test('signals and containers that do not exist are refused', async () => {
  const container = await rig.create({ command: ['/bin/sleep', '600'] });
  const { id } = container;

  await expect(rig.client.call('containers.kill', { id, signal: 'SIGWHAT' })).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'signal',
  });
  await rig.client.call('containers.delete', { id, force: true });
  for (const verb of ['containers.kill', 'containers.stop', 'containers.delete', 'containers.start'] as const) {
    await expect(rig.client.call(verb, { id })).rejects.toMatchObject({ code: 'not-found' });
  }
});
