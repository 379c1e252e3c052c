import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type AuditPage, ENROL_PATH, type JoinTokenRow } from '@vitrine/protocol';
import { enrolFakeHost, makeFakeKey, startFakeHost } from '@vitrine/testing';
import { errorOf, like, startTestHub, type TestHub } from '../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let hub: TestHub;
let nowMs = Date.now();
beforeAll(async () => {
  hub = await startTestHub({ now: () => nowMs });
});
afterAll(() => hub[Symbol.asyncDispose]());

const enrol = (token: string) => enrolFakeHost(hub.url, token, 'alpha', makeFakeKey());

test('a host that brings a join token is listed under its hostname', async () => {
  await using host = await startFakeHost({ hubUrl: hub.url, joinToken: await hub.joinToken(), hostname: 'gamma' });
  const token = await hub.token();

  const answer = await hub.request('GET', `/api/v1/hosts/${host.hostId}`, { token });

  expect(answer.body).toMatchObject({ name: 'gamma', connection: 'online', info: { hostname: 'gamma' } });
});

test('a second host with the same hostname gets a name of its own', async () => {
  await enrol(await hub.joinToken());
  await enrol(await hub.joinToken());

  expect(hub.running.hub.fleet.hosts().map(({ name }) => name)).toEqual(expect.arrayContaining(['alpha', 'alpha-2']));
});

test('a join token admits one host and no other', async () => {
  const token = await hub.joinToken();
  await enrol(token);

  await expect(enrol(token)).rejects.toMatchObject({
    code: 'forbidden',
    field: 'token',
    message: like(/used already/),
  });
});

test('of two hosts that come at once with one token, one gets in', async () => {
  const token = await hub.joinToken();

  const answers = await Promise.allSettled([enrol(token), enrol(token), enrol(token)]);

  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('an expired join token is told from an unknown one', async () => {
  const token = await hub.joinToken(5);
  nowMs += 5 * 60_000;

  await expect(enrol(token)).rejects.toMatchObject({ code: 'forbidden', message: like(/expired/) });
  await expect(enrol(`vjt_${'x'.repeat(32)}`)).rejects.toMatchObject({ code: 'forbidden', message: like(/not known/) });
});

test('a revoked join token admits nobody', async () => {
  const token = await hub.token();
  const made = await hub.request<{ id: string; token: string }>('POST', '/api/v1/join-tokens', { token, body: {} });
  await hub.request('DELETE', `/api/v1/join-tokens/${made.body.id}`, { token });

  await expect(enrol(made.body.token)).rejects.toMatchObject({ code: 'forbidden' });
});

test('join tokens are listed without their secrets, with who used them', async () => {
  const token = await hub.token();
  const made = await hub.request<{ id: string; token: string }>('POST', '/api/v1/join-tokens', { token, body: {} });
  const hostId = await enrol(made.body.token);

  const rows = await hub.request<JoinTokenRow[]>('GET', '/api/v1/join-tokens', { token });

  expect(rows.body.find(({ id }) => id === made.body.id)).toMatchObject({ usedByHostId: hostId, createdBy: 'admin' });
  expect(JSON.stringify(rows.body)).not.toContain(made.body.token);
});

test('an enrolment is in the audit', async () => {
  const hostId = await enrol(await hub.joinToken());

  const { body } = await hub.request<AuditPage>('GET', '/api/v1/audit', { token: await hub.token() });

  expect(body.rows.find((row) => row.action === 'hosts.enrol' && row.hostId === hostId)?.outcome).toBe('done');
});

test('an agent of a newer protocol is told to have the hub updated, whatever else it says', async () => {
  const body = { protocolVersion: 2, somethingNew: true };

  const answer = await hub.request('POST', ENROL_PATH, { body });

  expect(errorOf(answer)).toMatchObject({
    code: 'unsupported',
    mend: like(/Update the hub/),
    field: 'protocolVersion',
  });
});

test('an enrolment of the wrong shape names the field', async () => {
  const good = { token: `vjt_${'x'.repeat(32)}`, publicKey: 'x'.repeat(43), hostname: 'alpha', protocolVersion: 1 };
  const enrolWith = async (change: object) =>
    errorOf(await hub.request('POST', ENROL_PATH, { body: { ...good, ...change } })).field;

  expect(await enrolWith({ token: 'vat_wrong' })).toBe('token');
  expect(await enrolWith({ publicKey: 'short' })).toBe('publicKey');
  expect(await enrolWith({ hostname: '' })).toBe('hostname');
});
