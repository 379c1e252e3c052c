/**
 * A mutation over HTTP, answered as tRPC's own adapter would, byte for byte.
 *
 * The adapter turns each request and each answer into web streams, which costs a container's start a tenth of its time. What it
 * does for other requests (queries, batches, subscriptions, other types of content) is left to it: `takes` says which are ours.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callTRPCProcedure, getErrorShape, getTRPCErrorFromUnknown, TRPCError, type AnyRouter } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { AgentApi, REQUEST_MAX_BYTES } from '@vitrine/protocol';
import type { CallContext } from './handlers.ts';

const procedureIn = ({ url = '' }: IncomingMessage): string => url.slice(1);

const isMutation = (name: string): boolean =>
  Object.hasOwn(AgentApi, name) && AgentApi[name as keyof typeof AgentApi].type === 'mutation';

/** One mutation by its bare name, as JSON of a length that is told and allowed. */
export function takesMutation(request: IncomingMessage): boolean {
  const { method, headers } = request;
  const length = Number(headers['content-length']);
  const isJson = headers['content-type']?.split(';')[0] === 'application/json';
  return method === 'POST' && isJson && length <= REQUEST_MAX_BYTES && isMutation(procedureIn(request));
}

export async function answerMutation(
  request: IncomingMessage,
  response: ServerResponse,
  {
    router,
    contextOf,
    onDefect,
  }: {
    router: AnyRouter;
    contextOf: (request: IncomingMessage) => CallContext;
    onDefect: (error: unknown, path: string) => void;
  },
): Promise<void> {
  const path = procedureIn(request);
  const type = 'mutation';
  let ctx: CallContext | undefined;
  try {
    ctx = contextOf(request);
    const text = await textOf(request);
    const getRawInput = async () => parseJson(text);
    const data: unknown = await callTRPCProcedure({
      router,
      path,
      type,
      ctx,
      signal: undefined,
      batchIndex: 0,
      getRawInput,
    });
    send(response, 200, { result: { data } });
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    onDefect(error, path);
    const shape: unknown = getErrorShape({ config: router._def._config, error, type, path, input: undefined, ctx });
    send(response, getHTTPStatusCodeFromError(error), { error: shape });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  request.on('error', reject);
  return await promise;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', cause });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}
