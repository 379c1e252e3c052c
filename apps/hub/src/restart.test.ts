import { expect, test, vi } from 'vitest';
import { eventually, startTestHub } from '../tools/fake-fleet/test-hub.ts';

// Real sockets and a slow password hash, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

test('a hub that restarts knows its hosts, tokens and sessions, and loses and doubles no event', async () => {
  await using hub = await startTestHub();
  const token = await hub.token();
  const cookie = await hub.cookie();
  const host = await hub.host();
  const kept = await host.machine.run({ image: 'starter', name: 'before' });
  const seen = () => hub.running.hub.stores.events.list({ after: 0, limit: 100 });
  await eventually(async () => ((await seen()).length === 3 ? true : undefined));

  await hub.restart();

  expect(hub.running.firstAdmin).toBeNull();
  expect(hub.running.hub.fleet.host(host.hostId).connection).toBe('offline');
  expect((await hub.request('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(200);
  host.machine.die(kept, { kind: 'exited', code: 0 });
  await host.connect();
  const events = await eventually(async () => ((await seen()).length === 4 ? await seen() : undefined));
  expect(events.map(({ event }) => event.seq)).toEqual([1, 2, 3, 4]);
  expect((await hub.request('GET', `/api/v1/hosts/${host.hostId}`, { token })).body).toMatchObject({
    connection: 'online',
  });
});
