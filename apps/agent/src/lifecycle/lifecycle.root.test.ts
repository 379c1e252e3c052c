import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { autopsySentence, type ContainerDetail } from '@vitrine/protocol';
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

/** PIDs of the host that live in this network namespace. */
const processesInNetns = (inode: number): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/ns/net`) === `net:[${inode}]`;
    } catch {
      return false;
    }
  });

const autopsyOf = ({ id }: ContainerDetail) => rig.client.call('containers.autopsy', { id });

test('the socket is for root alone', () => {
  expect(statSync(path.join(rig.runDir, 'agent.sock')).mode & 0o777).toBe(0o600);
});

test('a program that ends by itself is told with its code, its last lines and who started it', async () => {
  const container = await rig.shell('echo out; echo err >&2; exit 3', { name: 'ends' });
  const { exit } = await rig.exited(container.id);

  expect(exit).toEqual({ kind: 'exited', code: 3 });
  const autopsy = await autopsyOf(container);
  expect(autopsy.lastLogs.map(({ stream, text }) => [stream, text])).toEqual(
    expect.arrayContaining([
      ['stdout', 'out'],
      ['stderr', 'err'],
    ]),
  );
  expect(autopsy.waitStatus).toBe(0x0300);
  expect(container.createdBy).toMatchObject({ kind: 'local', uid: 0, pid: process.pid });
  expect((await rig.events()).filter((event) => 'containerId' in event).map(({ type }) => type)).toEqual([
    'container.created',
    'container.started',
    'container.exited',
  ]);
});

test('a kill from a shell on the host names the shell and its pid, and leaves nothing behind', async () => {
  await withoutTraces(rig, async () => {
    const container = await rig.shell('while :; do sleep 1; done', { name: 'victim' });
    const { namespaces } = await rig.client.call('containers.isolation', { id: container.id });
    const netns = namespaces.find(({ kind }) => kind === 'net')?.containerInode ?? 0;
    expect(processesInNetns(netns)).not.toEqual([]);
    // The shell stays after its kill, as one that a person sits at does.
    const shell = spawn('/bin/bash', ['-c', `kill -9 ${container.pid}; read line`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const { exit, actor } = await rig.exited(container.id);
    shell.stdin.end('\n');
    await once(shell, 'exit');

    expect(exit).toMatchObject({
      kind: 'signaled',
      signal: 'SIGKILL',
      sender: { kind: 'process', pid: shell.pid, comm: 'bash', uid: 0, userName: 'root' },
    });
    expect(actor).toEqual({ kind: 'process', pid: shell.pid, comm: 'bash' });
    const autopsy = await autopsyOf(container);
    expect(autopsySentence(autopsy)).toMatch(/^Killed with SIGKILL by bash \(pid \d+\) of root/);
    expect(autopsy.evidence.map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/signal_generate: sig=9 .* pid=\d+/)]),
    );
    expect(processesInNetns(netns)).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(`net:[${netns}]`);
  });
});

test('a stop names who asked; PID 1 that ignores it is forced', async () => {
  const polite = await rig.shell('trap "exit 7" TERM; while :; do sleep 0.1; done', { name: 'polite' });
  const deaf = await rig.shell('trap "" TERM; while :; do sleep 0.1; done', { name: 'deaf' });
  // A shell can only obey once it has set its trap.
  await rig.running(polite.id, 2);
  await rig.running(deaf.id, 2);
  await rig.client.call('containers.stop', { id: polite.id });
  await rig.client.call('containers.stop', { id: deaf.id, timeoutSec: 1 });

  expect((await rig.exited(polite.id)).exit).toMatchObject({
    kind: 'stopped',
    request: 'stop',
    signal: null,
    code: 7,
    by: { kind: 'local', uid: 0 },
    escalated: false,
  });
  expect((await rig.exited(deaf.id)).exit).toMatchObject({ kind: 'stopped', signal: 'SIGKILL', escalated: true });
});

test('a container that is made without start waits until it is started', async () => {
  const created = await rig.create({ name: 'waits', command: ['/bin/sleep', '600'] }, { start: false });
  expect(created.status).toBe('created');

  const started = await rig.client.call('containers.start', { id: created.id });
  expect(started).toMatchObject({ status: 'running', pid: created.pid });
  await expect(rig.client.call('containers.start', { id: created.id })).rejects.toMatchObject({
    code: 'precondition-failed',
  });
  await rig.client.call('containers.kill', { id: created.id, signal: 'SIGKILL' });
  expect((await rig.exited(created.id)).exit).toMatchObject({ kind: 'stopped', request: 'kill', signal: 'SIGKILL' });
});

test('a container that waits for its start can be stopped', async () => {
  const created = await rig.create({ name: 'never', command: ['/bin/sleep', '600'] }, { start: false });
  await rig.client.call('containers.stop', { id: created.id });

  expect((await rig.exited(created.id)).exit).toMatchObject({ kind: 'stopped', by: { kind: 'local' } });
});

test('delete wants a stopped container, or force; then the name is free again', async () => {
  await withoutTraces(rig, async () => {
    const first = await rig.create({ name: 'again', command: ['/bin/sleep', '600'] });
    await expect(rig.client.call('containers.delete', { id: first.id })).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    await expect(rig.create({ name: 'again' })).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    await rig.client.call('containers.delete', { id: first.id, force: true });

    const second = await rig.create({ name: 'again', command: ['/bin/true'] });
    await rig.exited(second.id);
    await rig.client.call('containers.delete', { id: second.id });
    await expect(rig.client.call('containers.get', { id: second.id })).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('of two creates at once with one name, one is made', async () => {
  const both = await Promise.allSettled([1, 2].map(() => rig.create({ name: 'twin', command: ['/bin/true'] })));

  expect(both.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'conflict', field: 'name' },
  });
});

test('the same request sent twice makes one container; another with the same key is a conflict', async () => {
  const key = { idempotencyKey: 'request-0001' };
  const spec = { name: 'once', command: ['/bin/sleep', '600'] };
  const [first, second] = await Promise.all([rig.create(spec, key), rig.create(spec, key)]);
  const third = await rig.create(spec, key);

  expect([second?.id, third.id]).toEqual([first?.id, first?.id]);
  await expect(rig.create({ ...spec, name: 'other' }, key)).rejects.toMatchObject({ code: 'conflict' });
  await rig.client.call('containers.delete', { id: third.id, force: true });
  await expect(rig.create(spec, key)).rejects.toMatchObject({ code: 'conflict', field: 'idempotencyKey' });
});

test('what is running can be looked at from all sides', async () => {
  const container = await rig.shell('echo hello; sleep 600 & wait', { name: 'seen', hostname: 'inside' });
  await rig.running(container.id, 2);
  const { id } = container;

  const isolation = await rig.client.call('containers.isolation', { id });
  const pidNamespace = isolation.namespaces.find(({ kind }) => kind === 'pid');
  expect(pidNamespace).toMatchObject({ shared: false, outside: `${container.pid}`, inside: '1' });
  expect(isolation.uidMap).toEqual([{ insideStart: 0, outsideStart: container.uidRangeStart, count: 65536 }]);
  expect(isolation.seccomp).toMatchObject({ mode: 'filter', noNewPrivileges: true });
  const trace = await rig.client.call('containers.launchTrace', { id });
  expect(trace.totalNs).toBeGreaterThan(0);
  expect(trace.steps.at(-1)?.label).toBe('become the program');
  const sources = await rig.client.call('containers.sources', { id });
  expect(sources.map(({ figure }) => figure)).toEqual(expect.arrayContaining(['cpu', 'memory', 'pids']));
  for await (const update of rig.client.follow('processes.watch', { containerId: container.id })) {
    if (update.type !== 'snapshot') continue;
    expect(update.processes.map(({ containerPid }) => containerPid)).toEqual(expect.arrayContaining([1]));
    const above = update.processes.filter(({ containerId }) => containerId !== container.id);
    expect(above.map(({ pid, role }) => [pid, role.kind])).toEqual(
      expect.arrayContaining([
        [rig.pid, 'agent'],
        [container.shimPid, 'shim'],
      ]),
    );
    expect(above.length).toBe(2);
    break;
  }
  for await (const page of rig.client.follow('containers.followLogs', { id })) {
    expect(page.lines.map(({ text }) => text)).toContain('hello');
    break;
  }
  await rig.client.call('containers.delete', { id, force: true });
});

test('a writable layer that is to be kept stays until the container is deleted, others go at the end', async () => {
  await withoutTraces(rig, async () => {
    const { id } = await rig.shell('echo kept > /note', { name: 'keeps', keepWritableLayer: true });
    await rig.exited(id);
    // Verbs wait for what is being cleaned up.
    await expect(rig.client.call('containers.stop', { id })).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(readFileSync(path.join(rig.stateDir, 'snapshots', id, 'upper', 'note'), 'utf8')).toBe('kept\n');
    expect(rig.traces().tasks).not.toContain(id);
    await rig.restart();
    expect(rig.traces().snapshots).toContain(id);
    await rig.client.call('containers.delete', { id });
  });
});
