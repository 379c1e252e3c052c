/** A client of the agent's unix socket for tests: tRPC over HTTP, answers parsed by the contract. */
import { request } from 'node:http';
import {
  AgentApi,
  DomainError,
  ErrorBody,
  type AgentCall,
  type AgentInput,
  type AgentOutput,
  type AgentStream,
} from '@vitrine/protocol';
import { z } from 'zod';

const Answer = z.object({ result: z.object({ data: z.unknown() }) });
const Refusal = z.object({ error: z.object({ data: z.object({ error: ErrorBody }) }) });
/** Filled in by the agent from the socket's peer. */
type Unasked<P extends AgentCall | AgentStream> = Omit<AgentInput<P>, 'actor'>;

export class UnixClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async call<P extends AgentCall>(name: P, input: Unasked<P>): Promise<AgentOutput<P>> {
    const { type, output } = AgentApi[name];
    const text =
      type === 'query'
        ? await this.#send('GET', `/${name}?input=${encodeURIComponent(JSON.stringify(input))}`)
        : await this.#send('POST', `/${name}`, JSON.stringify(input));
    return output.parse(parseAnswer(text)) as AgentOutput<P>;
  }

  /** The same without looking at it first: for bad input. */
  async raw(method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> {
    return parseAnswer(await this.#send(method, path, body));
  }

  #send(method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const headers = { 'content-type': 'application/json' };
    const call = request({ socketPath: this.#socketPath, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
    });
    call.once('error', reject);
    call.end(body);
    return promise;
  }

  /** A subscription, by server-sent events; ends when the consumer leaves or the agent does. */
  async *follow<P extends AgentStream>(name: P, input: AgentInput<P>): AsyncGenerator<AgentOutput<P>, void, undefined> {
    const path = `/${name}?input=${encodeURIComponent(JSON.stringify(input))}`;
    const { promise, resolve, reject } = Promise.withResolvers<AsyncIterable<string>>();
    const headers = { accept: 'text/event-stream' };
    const call = request({ socketPath: this.#socketPath, path, headers, agent: false }, (response) => {
      resolve(response.setEncoding('utf8') as AsyncIterable<string>);
    });
    call.once('error', reject);
    call.end();
    try {
      let text = '';
      for await (const chunk of await promise) {
        text += chunk;
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) {
          const data = eventData(message);
          if (data !== undefined) yield AgentApi[name].output.parse(JSON.parse(data)) as AgentOutput<P>;
        }
      }
    } finally {
      call.destroy();
    }
  }
}

/** The data of a plain message; tRPC's own (connected, ping, return) carry an event name. */
function eventData(message: string): string | undefined {
  const lines = message.split('\n');
  if (lines.some((line) => line.startsWith('event:'))) return undefined;
  return lines.find((line) => line.startsWith('data: '))?.slice('data: '.length);
}

function parseAnswer(text: string): unknown {
  const body: unknown = JSON.parse(text);
  const refusal = Refusal.safeParse(body);
  if (refusal.success) throw DomainError.fromBody(refusal.data.error.data.error);
  return Answer.parse(body).result.data;
}
