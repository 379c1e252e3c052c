import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DomainError } from '@vitrine/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentHandlers } from './handlers.ts';
import { createAgentRouter } from './router.ts';
import { serveUnixSocket } from './unix-server.ts';

const ID = 'ab'.repeat(32);
const handlers: Partial<AgentHandlers> = {
  'containers.delete': ({ id, force }) => {
    if (!force) return Promise.resolve({ id });
    throw new DomainError('conflict', { message: 'Not this one.', mend: 'Choose another.', field: 'id' });
  },
  'containers.kill': () => {
    throw new Error('a defect, whose words stay here');
  },
};

let directory: string;
let socketPath: string;
let defects: [unknown, string | undefined][];
let server: Awaited<ReturnType<typeof serveUnixSocket>>;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vitrine-api-'));
  socketPath = path.join(directory, 'agent.sock');
  defects = [];
  server = await serveUnixSocket({
    path: socketPath,
    router: createAgentRouter(handlers as AgentHandlers, { checksOutputs: true }),
    credentials: () => ({ pid: 7, uid: 0 }),
    onDefect: (error, procedure) => defects.push([error, procedure]),
  });
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

type Answer = { status: number | undefined; type: string | undefined; body: unknown };

/** Without a length the body goes in chunks, and the request is left to tRPC's own adapter. */
function post(procedure: string, body: string, { tellsLength }: { tellsLength: boolean }): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length = tellsLength ? { 'content-length': Buffer.byteLength(body) } : { 'transfer-encoding': 'chunked' };
  const headers = { 'content-type': 'application/json', ...length };
  const sent = request({ socketPath, method: 'POST', path: `/${procedure}`, headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    answer.on('end', () => {
      resolve({ status: answer.statusCode, type: answer.headers['content-type'], body: JSON.parse(text) as unknown });
    });
  });
  sent.on('error', reject).end(body);
  return promise;
}

test.for([
  ['an answer', 'containers.delete', JSON.stringify({ id: ID, force: false }), 200],
  ['a refusal', 'containers.delete', JSON.stringify({ id: ID, force: true }), 409],
  ['a defect', 'containers.kill', JSON.stringify({ id: ID }), 500],
  ['input of the wrong shape', 'containers.delete', JSON.stringify({ id: 7 }), 400],
  ['no input', 'containers.delete', '', 400],
  ['what is no JSON', 'containers.delete', '{"id":', 400],
  ['a procedure that does not exist', 'containers.nope', '{}', 404],
  ['a query that is posted', 'containers.list', '{}', 405],
] as const)('%s is told as tRPC itself tells it', async ([, procedure, body, status]) => {
  const ours = await post(procedure, body, { tellsLength: true });
  const told = defects.splice(0).map(([error, name]) => [String(error), name]);
  const theirs = await post(procedure, body, { tellsLength: false });

  expect(ours).toEqual(theirs);
  expect(ours.status).toBe(status);
  expect(told).toEqual(defects.map(([error, name]) => [String(error), name]));
});
