/** REST from the same procedures: the path, query and body together are the procedure's input. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callTRPCProcedure } from '@trpc/server';
import { DomainError } from '@vitrine/protocol';
import type { Ask } from '@vitrine/services';
import type { OpenApiMeta } from 'trpc-to-openapi';
import { z } from 'zod';
import { appRouter } from '../router/index.ts';
import { readJsonObject } from './read-body.ts';
import { sendJson } from './respond.ts';

export const REST_PATH = '/api/v1';

interface Route {
  procedure: string;
  type: 'query' | 'mutation';
  method: string;
  /** The path's parts; `{name}` takes whatever is there. */
  parts: string[];
  /** Input fields that are true or false: in a query they come as words. */
  booleans: Set<string>;
}

interface Described {
  _def: { type: string; meta?: OpenApiMeta; inputs: unknown[] };
}

const InputShape = z.object({ properties: z.record(z.string(), z.object({ type: z.string().optional() })).optional() });

function booleansOf(input: unknown): Set<string> {
  if (!(input instanceof z.ZodType)) return new Set();
  const { properties = {} } = InputShape.parse(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }));
  return new Set(Object.keys(properties).filter((name) => properties[name]?.type === 'boolean'));
}

function routesOf(procedures: Record<string, Described>): Route[] {
  return Object.entries(procedures).flatMap(([procedure, { _def }]) => {
    const openapi = _def.meta?.openapi;
    if (openapi === undefined || (_def.type !== 'query' && _def.type !== 'mutation')) return [];
    return [
      {
        procedure,
        type: _def.type,
        method: openapi.method,
        parts: openapi.path.split('/').slice(1),
        booleans: booleansOf(_def.inputs[0]),
      },
    ];
  });
}

const isHole = (part: string): boolean => part.startsWith('{');

function match(route: Route, parts: readonly string[]): Record<string, string> | undefined {
  if (route.parts.length !== parts.length) return undefined;
  const held: Record<string, string> = {};
  for (const [index, wanted] of route.parts.entries()) {
    const given = parts[index] ?? '';
    if (isHole(wanted)) held[wanted.slice(1, -1)] = given;
    else if (wanted !== given) return undefined;
  }
  return held;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new DomainError('invalid-input', { message: `The path holds a wrong escape: ${part}.` });
  }
}

const noSuchPath = (method: string, path: string): DomainError =>
  new DomainError('not-found', {
    message: `There is no ${method} ${path}.`,
    mend: `${REST_PATH}/openapi.json lists what there is.`,
  });

/** A fixed word wins over a hole: /events/gaps is not the event "gaps". */
function find(routes: readonly Route[], method: string, path: string): { route: Route; held: Record<string, string> } {
  const parts = path
    .slice(REST_PATH.length + 1)
    .split('/')
    .map(decode);
  const found = routes
    .filter((route) => route.method === method)
    .flatMap((route) => {
      const held = match(route, parts);
      return held === undefined ? [] : [{ route, held }];
    })
    .toSorted((one, other) => Object.keys(one.held).length - Object.keys(other.held).length)[0];
  if (found === undefined) throw noSuchPath(method, path);
  return found;
}

const WORDS: Record<string, unknown> = { true: true, false: false };

const readQuery = (url: URL, { booleans }: Route): Record<string, unknown> =>
  Object.fromEntries(
    [...url.searchParams].map(([name, text]) => [name, booleans.has(name) ? (WORDS[text] ?? text) : text]),
  );

export type RestHandler = (request: IncomingMessage, response: ServerResponse, url: URL, ask: Ask) => Promise<void>;

export function createRestHandler(): RestHandler {
  const routes = routesOf(appRouter._def.procedures as unknown as Record<string, Described>);
  return async (request, response, url, ask) => {
    const method = request.method ?? 'GET';
    const { route, held } = find(routes, method, url.pathname);
    const body = method === 'GET' ? {} : await readJsonObject(request);
    const input = { ...readQuery(url, route), ...body, ...held };
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer: unknown = await callTRPCProcedure({
      router: appRouter,
      path: route.procedure,
      getRawInput: async () => input,
      ctx: ask,
      type: route.type,
      signal: gone.signal,
      batchIndex: 0,
    });
    sendJson(response, 200, answer);
  };
}
