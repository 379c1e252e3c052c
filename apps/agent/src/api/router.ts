/**
 * The agent's tRPC router, made from protocol's AgentApi: names, kinds, inputs and outputs are not written down twice.
 * Errors leave as `data.error: ErrorBody`, whatever was thrown.
 */
import { initTRPC, TRPCError, type AnyRouter } from '@trpc/server';
import { AgentApi, TRPC_CODE, type AgentProcedure } from '@vitrine/protocol';
import type { AgentHandlers, CallContext } from './handlers.ts';
import { toDomainError } from './to-domain-error.ts';
import { z } from 'zod';

const t = initTRPC.context<CallContext>().create({
  errorFormatter: ({ shape, error }) => {
    const body = toDomainError(error).toBody();
    return {
      ...shape,
      message: body.message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, error: body },
    };
  },
});

/** Once for every call, so that no handler needs a try/catch. */
const speakTrpc = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok || !(result.error.code === 'INTERNAL_SERVER_ERROR')) return result;
  const domain = toDomainError(result.error);
  throw new TRPCError({ code: TRPC_CODE[domain.code], message: domain.message, cause: domain });
});

/** The kernel knows who is at the other end of the unix socket; what the caller says of itself does not count there. */
function withPeer(input: unknown, { peer }: CallContext): unknown {
  return peer !== null && typeof input === 'object' && input !== null ? { ...input, actor: peer } : input;
}

const fillActor = t.middleware(({ ctx, getRawInput, next }) =>
  next({ getRawInput: async () => withPeer((await getRawInput()) ?? {}, ctx) }),
);

async function* paced(updates: AsyncIterable<unknown>, { drained }: CallContext): AsyncGenerator<unknown> {
  for await (const update of updates) {
    yield update;
    await drained();
  }
}

type AnyHandler = (input: unknown, signal?: AbortSignal) => unknown;

export type RouterOptions = {
  /** In development and tests. Elsewhere the compiler has checked enough: parsing a container's detail costs 0.3 ms of a start. */
  checksOutputs: boolean;
};

const UNCHECKED = z.unknown();

function procedureOf(name: AgentProcedure, handlers: AgentHandlers, { checksOutputs }: RouterOptions) {
  const { type, input } = AgentApi[name];
  const output = checksOutputs ? AgentApi[name].output : UNCHECKED;
  const handler = handlers[name] as AnyHandler;
  const base = t.procedure.use(speakTrpc);
  switch (type) {
    case 'query':
      return base
        .input(input)
        .output(output)
        .query(({ input: parsed }) => handler(parsed) as never);
    case 'mutation':
      return base
        .use(fillActor)
        .input(input)
        .output(output)
        .mutation(({ input: parsed }) => handler(parsed) as never);
    case 'subscription':
      return base
        .input(input)
        .subscription(({ input: parsed, ctx, signal }) =>
          paced(handler(parsed, signal ?? new AbortController().signal) as AsyncIterable<unknown>, ctx),
        );
  }
}

/** Procedures nested by the first dot of their names: `containers.create` is `client.containers.create`. */
export function createAgentRouter(handlers: AgentHandlers, options: RouterOptions): AnyRouter {
  const rooms: Record<string, Record<string, ReturnType<typeof procedureOf>>> = {};
  for (const name of Object.keys(AgentApi) as AgentProcedure[]) {
    const [room = '', verb = ''] = name.split('.');
    (rooms[room] ??= {})[verb] = procedureOf(name, handlers, options);
  }
  return t.router(Object.fromEntries(Object.entries(rooms).map(([room, verbs]) => [room, t.router(verbs)])));
}
