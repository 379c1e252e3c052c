/** A terminal and a world for tests: what a command prints is kept, and a hub answers from a table of routes. */
import type { ContainerSpec } from '@vitrine/protocol';
import type { PlannedLaunch } from '@vitrine/runtime';
import { defineCommand, type Values } from './command.ts';
import { CONTAINER_OPTIONS } from './container-options.ts';
import { type CliContext, makeStyle } from './context.ts';
import type { Credentials } from './credentials.ts';
import { openHub, signIn } from './hub.ts';

/** `GET /api/v1/hosts` and what it answers: a value, or a status with a value. */
export type Routes = Readonly<Record<string, (request: { url: URL; body: unknown }) => Answer>>;
type Answer = { status: number; body: unknown; cookies?: readonly string[] };

export const ok = (body: unknown): Answer => ({ status: 200, body });

export interface FakeTerminal {
  readonly context: CliContext;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly saved: () => Credentials | undefined;
  readonly agentCalls: readonly (readonly string[])[];
  readonly planned: readonly ContainerSpec[];
}

function fetchFrom(routes: Routes): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const route = routes[`${init?.method ?? 'GET'} ${url.pathname}`];
    const text = typeof init?.body === 'string' ? init.body : 'null';
    const answer = route?.({ url, body: JSON.parse(text) as unknown }) ?? {
      status: 404,
      body: { message: 'no route' },
    };
    const headers = new Headers();
    for (const cookie of answer.cookies ?? []) headers.append('set-cookie', cookie);
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status, headers }));
  };
}

/** `typed` is what a person answers to the questions, in order; without it nobody can be asked. */
export function fakeTerminal(routes: Routes = {}, typed: readonly string[] = []): FakeTerminal {
  const streams = { stdout: '', stderr: '' };
  const answers = [...typed];
  const agentCalls: (readonly string[])[] = [];
  const planned: ContainerSpec[] = [];
  let saved: Credentials | undefined;
  const fetch = fetchFrom(routes);
  const answer = () => Promise.resolve(answers.shift() ?? '');
  const url = 'http://hub.test';
  const context: CliContext = {
    print: (text) => {
      streams.stdout += `${text}\n`;
    },
    warn: (text) => {
      streams.stderr += `${text}\n`;
    },
    write: (stream, text) => {
      streams[stream] += text;
    },
    style: makeStyle({}, undefined),
    hub: () => Promise.resolve(openHub({ url, token: 'token', fetch })),
    connect: (hubUrl, token) => openHub({ url: hubUrl, token, fetch }),
    signIn: (hubUrl, email, password) => signIn({ url: hubUrl, token: null, fetch }, email, password),
    credentials: {
      path: '/home/somebody/.config/vitrine/credentials.json',
      read: () => Promise.resolve(saved),
      write: (credentials) => {
        saved = credentials;
        return Promise.resolve();
      },
    },
    prompt: { isPossible: typed.length > 0, line: answer, secret: answer },
    now: () => 1_700_000_000_000,
    machineName: 'laptop',
    environment: {},
    runAgent: (args) => {
      agentCalls.push(args);
      return Promise.resolve({ code: 0, stdout: '{"event":"joined"}\n' });
    },
    planLaunch: ({ spec }) => {
      planned.push(spec);
      return Promise.resolve({ ociConfig: {} as PlannedLaunch['ociConfig'], steps: [], text: 'the plan' });
    },
    interrupted: new AbortController().signal,
  };
  return {
    context,
    stdout: () => streams.stdout,
    stderr: () => streams.stderr,
    saved: () => saved,
    agentCalls,
    planned,
  };
}

/** How `run` reads a command line, without running anything. */
export async function runOptionsOf(line: string) {
  let read: { values: Values<typeof CONTAINER_OPTIONS>; positionals: readonly string[] } | undefined;
  const probe = defineCommand({
    name: 'run',
    summary: '',
    usage: 'IMAGE',
    arity: [1, Number.POSITIVE_INFINITY],
    stopAtFirstArgument: true,
    options: CONTAINER_OPTIONS,
    run: ({ values, positionals }) => {
      read = { values, positionals };
      return Promise.resolve(0);
    },
  });
  await probe.run(fakeTerminal().context, line.split(' '));
  if (read === undefined) throw new Error('help was printed instead');
  return read;
}
