import { initTRPC, TRPCError } from '@trpc/server';
import { DomainError, TRPC_CODE } from '@vitrine/protocol';
import type { Ask } from '@vitrine/services';
import superjson from 'superjson';
import type { OpenApiMeta } from 'trpc-to-openapi';
import { toErrorBody } from '../errors.ts';

/** `shape.data.error` is what clients show; tRPC's own message and stack stay here. */
const t = initTRPC
  .context<Ask>()
  .meta<OpenApiMeta>()
  .create({
    transformer: superjson,
    isDev: false,
    errorFormatter: ({ shape, error }) => {
      const body = toErrorBody(error);
      return { ...shape, message: body.message, data: { ...shape.data, error: body } };
    },
  });

/** Once for every procedure, so that no procedure needs a try/catch. */
const speakTrpc = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok || !(result.error.cause instanceof DomainError)) return result;
  const { code, message } = result.error.cause;
  throw new TRPCError({ code: TRPC_CODE[code], message, cause: result.error.cause });
});

export const { router, createCallerFactory } = t;
export const procedure = t.procedure.use(speakTrpc);

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The same procedure as REST, below /api/v1. */
export const rest = (method: Method, path: `/${string}`, summary: string): OpenApiMeta => ({
  openapi: { method, path, summary, tags: [path.split('/')[1] ?? ''] },
});
