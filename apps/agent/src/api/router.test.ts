import { AgentApi, DomainError, type AgentProcedure, type ContainerId } from '@vitrine/protocol';
import { callTRPCProcedure, type AnyRouter } from '@trpc/server';
import { expect, test } from 'vitest';
import type { AgentHandlers, CallContext } from './handlers.ts';
import { createAgentRouter } from './router.ts';
import { toDomainError } from './to-domain-error.ts';

const ID = 'a'.repeat(64) as ContainerId;
const local = { kind: 'local', uid: 0, pid: 42 } as const;

/** A router whose handlers all answer by `answer`, and what they were asked. */
function routerOf(answer: (name: string, input: unknown) => unknown): AnyRouter {
  const names = Object.keys(AgentApi);
  const handlers = Object.fromEntries(names.map((name) => [name, (input: unknown): unknown => answer(name, input)]));
  return createAgentRouter(handlers as unknown as AgentHandlers, { checksOutputs: true });
}

const call = (router: AnyRouter, path: AgentProcedure, input: unknown, ctx: Partial<CallContext> = {}) =>
  callTRPCProcedure({
    router,
    path,
    getRawInput: () => Promise.resolve(input),
    ctx: { peer: null, drained: () => Promise.resolve(), ...ctx },
    type: AgentApi[path].type,
    signal: undefined,
    batchIndex: 0,
  });

test('the router has exactly the procedures of the contract, each of its kind', () => {
  const procedures = routerOf(() => undefined)._def.procedures as Record<string, { _def: { type: string } }>;
  const found = Object.entries(procedures);

  expect(Object.fromEntries(found.map(([name, { _def }]) => [name, _def.type]))).toEqual(
    Object.fromEntries(Object.entries(AgentApi).map(([name, { type }]) => [name, type])),
  );
});

test('on the unix socket the caller is who the kernel says, whatever it says of itself', async () => {
  const asked: unknown[] = [];
  const router = routerOf((_, input) => {
    asked.push(input);
    return { id: ID };
  });
  const forged = { id: ID, actor: { kind: 'user', id: '1', name: 'ada', via: 'browser' } };
  await call(router, 'containers.delete', forged, { peer: local });
  await call(router, 'containers.delete', forged);

  expect(asked).toMatchObject([{ actor: local }, { actor: forged.actor }]);
});

test('bad input is refused with the name of the field, as people write it', async () => {
  const router = routerOf(() => undefined);
  const request = { spec: { image: 'starter', limits: { memoryBytes: 1 } }, actor: local };

  await expect(call(router, 'containers.create', request)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const refusal: unknown = await call(router, 'containers.create', request).catch(toDomainError);
  expect(refusal).toMatchObject({ code: 'invalid-input', field: 'limits.memoryBytes' });
});

test('an error for people keeps its code; the words of a defect stay inside', async () => {
  const refuses = routerOf(() => {
    throw new DomainError('conflict', { message: 'The name is taken.' });
  });
  const breaks = routerOf(() => {
    throw new Error('password is hunter2');
  });

  await expect(call(refuses, 'containers.get', { id: ID })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(call(breaks, 'containers.get', { id: ID })).rejects.toMatchObject({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'The agent met an error that it did not expect.',
  });
});

test('an answer that breaks the contract is our defect, not the caller', async () => {
  const router = routerOf(() => ({ id: 'short' }));

  await expect(call(router, 'containers.delete', { id: ID, actor: local })).rejects.toMatchObject({
    code: 'INTERNAL_SERVER_ERROR',
  });
});

test('a subscription waits until the reader has taken what was sent', async () => {
  let made = 0;
  const router = routerOf(async function* endless() {
    for (;;) yield (made += 1);
  });
  const gate = Promise.withResolvers<void>();
  const updates = (await call(router, 'host.watch', {}, { drained: () => gate.promise })) as AsyncGenerator<unknown>;
  await updates.next();
  const second = updates.next();
  await new Promise((resolve) => setImmediate(resolve));

  expect(made).toBe(1);
  gate.resolve();
  await second;
  expect(made).toBe(2);
});
