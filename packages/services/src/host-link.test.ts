import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DomainError } from '@vitrine/protocol';
import { createHostLink, type HostTransport } from './host-link.ts';

const transport = (answer: () => Promise<unknown>, items: unknown[] = []) => {
  const closed: string[] = [];
  const made: HostTransport = {
    request: answer,
    async *stream() {
      yield* items;
    },
    close: (why) => closed.push(why),
  };
  return { made, closed };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a host that does not answer is given up after its deadline, and the caller is told what may have happened', async () => {
  const { made } = transport(() => new Promise(() => undefined));
  const asked = createHostLink('alpha', made)
    .call('images.list', {})
    .catch((error: unknown) => error);

  await vi.advanceTimersByTimeAsync(5000);

  expect(await asked).toMatchObject({
    code: 'host-timeout',
    message: 'Host alpha did not answer images.list within 5 s.',
    mend: expect.stringContaining('idempotency key') as string,
  });
});

test('a change is waited for longer than a question', async () => {
  const { made } = transport(() => new Promise(() => undefined));
  const id = 'a'.repeat(64) as never;
  let settled = false;
  const asked = createHostLink('alpha', made)
    .call('containers.start', { id, actor: { kind: 'agent' } })
    .catch((error: unknown) => {
      settled = true;
      return error;
    });

  await vi.advanceTimersByTimeAsync(29_999);
  expect(settled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);

  expect(await asked).toMatchObject({ code: 'host-timeout' });
});

test('an answer leaves no timer behind', async () => {
  const { made } = transport(async () => []);

  expect(await createHostLink('alpha', made).call('images.list', {})).toEqual([]);

  expect(vi.getTimerCount()).toBe(0);
});

test("the host's own refusal arrives as it was said", async () => {
  const said = new DomainError('conflict', { message: 'The name is taken.', field: 'spec.name' });
  const { made } = transport(() => Promise.reject(said));

  await expect(createHostLink('alpha', made).call('images.list', {})).rejects.toBe(said);
});

test('an answer or a stream of the wrong shape ends the connection', async () => {
  const { made, closed } = transport(async () => [{ reference: 5 }], [{ atMs: 'yesterday' }]);
  const link = createHostLink('alpha', made);

  await expect(link.call('images.list', {})).rejects.toMatchObject({ code: 'internal' });
  await expect(link.watch('host.watch', {}, new AbortController().signal).next()).rejects.toMatchObject({
    code: 'internal',
  });

  expect(closed).toEqual([
    'it answered images.list in a wrong shape: 0.reference',
    'it answered host.watch in a wrong shape: atMs',
  ]);
});
