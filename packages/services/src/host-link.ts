/**
 * How verbs speak to one host. The socket is somebody else's matter (`HostTransport`); here are the deadline of every
 * call, the parsing of every answer, and the translation of whatever went wrong.
 */
import {
  AgentApi,
  type AgentCall,
  type AgentInput,
  type AgentOutput,
  type AgentStream,
  DomainError,
} from '@vitrine/protocol';

/** Rejects with a DomainError when the host said one, or 'host-offline' when the connection is gone. */
export interface HostTransport {
  request(type: 'query' | 'mutation', procedure: string, input: unknown, signal: AbortSignal): Promise<unknown>;
  stream(procedure: string, input: unknown, signal: AbortSignal): AsyncIterable<unknown>;
  /** Ends the connection; `why` is for the log. */
  close(why: string): void;
}

export interface HostLink {
  readonly hostName: string;
  call<P extends AgentCall>(
    procedure: P,
    input: AgentInput<P>,
    options?: { deadlineMs?: number },
  ): Promise<AgentOutput<P>>;
  watch<P extends AgentStream>(procedure: P, input: AgentInput<P>, signal: AbortSignal): AsyncGenerator<AgentOutput<P>>;
  close(why: string): void;
}

/** A launch takes milliseconds; a slow disk may take some of these seconds. */
const DEADLINE_MS = { query: 5_000, mutation: 30_000 };

/** The host answered something that its contract does not have: a defect or an intruder, never the caller's mistake. */
class HostSpokeWronglyError extends DomainError {
  constructor(hostName: string, procedure: string, cause: unknown) {
    super('internal', {
      message: `Host ${hostName} answered ${procedure} in a shape that this hub does not know.`,
      mend: 'Bring the agent of that host and this hub to the same version.',
      cause,
    });
  }
}

const timedOut = (hostName: string, procedure: string, deadlineMs: number): DomainError =>
  new DomainError('host-timeout', {
    message: `Host ${hostName} did not answer ${procedure} within ${deadlineMs / 1000} s.`,
    mend: 'Look at the host; the request may still have been carried out. Repeat it with the same idempotency key.',
  });

export function createHostLink(hostName: string, transport: HostTransport): HostLink {
  const parse = <P extends AgentCall | AgentStream>(procedure: P, answer: unknown): AgentOutput<P> => {
    const parsed = AgentApi[procedure].output.safeParse(answer);
    if (!parsed.success) {
      transport.close(`it answered ${procedure} in a wrong shape: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
      throw new HostSpokeWronglyError(hostName, procedure, parsed.error);
    }
    // The schema was found by the same name as the type.
    return parsed.data as AgentOutput<P>;
  };
  return {
    hostName,
    close: (why) => transport.close(why),
    async call(procedure, input, options) {
      const { type } = AgentApi[procedure];
      const deadlineMs = options?.deadlineMs ?? DEADLINE_MS[type];
      const overdue = new AbortController();
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        late.reject(timedOut(hostName, procedure, deadlineMs));
        overdue.abort();
      }, deadlineMs);
      try {
        const answer = transport.request(type, procedure, input, overdue.signal);
        return parse(procedure, await Promise.race([answer, late.promise]));
      } finally {
        clearTimeout(timer);
      }
    },
    async *watch(procedure, input, signal) {
      for await (const answer of transport.stream(procedure, input, signal)) yield parse(procedure, answer);
    },
  };
}
