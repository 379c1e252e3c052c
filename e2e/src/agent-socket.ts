import { Agent, request } from 'node:http';
import {
  type AgentApi,
  type AgentCall,
  AgentApi as API,
  DomainError,
  type AgentInput,
  type AgentOutput,
} from '@vitrine/protocol';
import { z } from 'zod';

const Answer = z.object({ result: z.object({ data: z.unknown() }) });
const Refusal = z.object({
  error: z.object({ message: z.string(), data: z.object({ error: z.unknown() }).optional() }),
});

const ANSWER_WITHIN_MS = 30_000;

/** The agent's own API on its unix socket, over one kept connection, as a program on that host would use it. */
export interface AgentSocket extends Disposable {
  readonly call: <P extends AgentCall>(procedure: P, input: AgentInput<P>) => Promise<AgentOutput<P>>;
  /** The same without looking at the answer: for measuring. Rejects when the agent refuses. */
  readonly callRaw: (procedure: AgentCall, input: unknown) => Promise<unknown>;
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

function exchange(socketPath: string, agent: Agent, { method, path, body }: Exchange): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ socketPath, path, method, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        resolve(text);
      });
    });
    sent.setTimeout(ANSWER_WITHIN_MS, () => {
      sent.destroy(new Error(`${method} ${path}: no answer within ${ANSWER_WITHIN_MS / 1000} s`));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function dataOf(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const answer = Answer.safeParse(value);
  if (answer.success) return answer.data.result.data;
  const { error } = Refusal.parse(value);
  const body = error.data?.error;
  throw body === undefined
    ? new Error(error.message)
    : DomainError.fromBody(body as Parameters<typeof DomainError.fromBody>[0]);
}

export function openAgentSocket(socketPath: string): AgentSocket {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const callRaw = async (procedure: AgentCall, input: unknown): Promise<unknown> => {
    const json = JSON.stringify(input);
    const sent =
      API[procedure].type === 'query'
        ? { method: 'GET', path: `/${procedure}?input=${encodeURIComponent(json)}` }
        : { method: 'POST', path: `/${procedure}`, body: json };
    return dataOf(await exchange(socketPath, agent, sent));
  };
  return {
    callRaw,
    call: async <P extends AgentCall>(procedure: P, input: AgentInput<P>) => {
      const schema: AgentApi[P]['output'] = API[procedure].output;
      return schema.parse(await callRaw(procedure, input)) as AgentOutput<P>;
    },
    [Symbol.dispose]: () => {
      agent.destroy();
    },
  };
}
