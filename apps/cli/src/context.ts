import type { Hub } from './hub.ts';
import type { PlannedLaunch, planLaunch } from '@vitrine/runtime';
import type { CredentialStore } from './credentials.ts';

type PlanRequest = Parameters<typeof planLaunch>[0];

/** The world a command acts in; `main.ts` makes the real one, tests make their own. */
export interface CliContext {
  /** Writes one text and a line feed to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error; never mixed with what `--json` prints. */
  readonly warn: (text: string) => void;
  /** Bytes as they came, without a line feed of ours. */
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly style: Style;
  /** The hub somebody signed in to; throws when nobody did. */
  readonly hub: () => Promise<Hub>;
  readonly connect: (hubUrl: string, token: string) => Hub;
  readonly signIn: (hubUrl: string, email: string, password: string) => Promise<Hub>;
  readonly credentials: CredentialStore;
  readonly prompt: Prompt;
  readonly now: () => number;
  readonly machineName: string;
  /** The environment variables that `--env NAME` may copy. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Runs the agent's own command line on this host; what it says on standard error goes to this terminal. */
  readonly runAgent: (args: readonly string[]) => Promise<{ code: number; stdout: string }>;
  /** What this host's own runtime would call, without calling it. */
  readonly planLaunch: (options: PlanRequest) => Promise<PlannedLaunch>;
  /** Aborted on the first Ctrl-C; the second one ends the program. */
  readonly interrupted: AbortSignal;
}

export interface Prompt {
  readonly isPossible: boolean;
  readonly line: (question: string) => Promise<string>;
  readonly secret: (question: string) => Promise<string>;
}

/** Colour and width of the terminal, or none of both. */
export interface Style {
  readonly columns: number;
  readonly paint: (tone: Tone, text: string) => string;
}

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'bold' | 'plain';

const SGR: Record<Tone, string | null> = {
  good: '32',
  bad: '31',
  warn: '33',
  dim: '2',
  bold: '1',
  plain: null,
};

/** https://no-color.org: any non-empty NO_COLOR, and anything but a terminal, gets plain text. */
export function makeStyle(output: { isTTY?: boolean; columns?: number }, noColor: string | undefined): Style {
  const coloured = output.isTTY === true && (noColor === undefined || noColor === '');
  return {
    columns: output.isTTY === true ? (output.columns ?? 120) : Number.POSITIVE_INFINITY,
    paint: (tone, text) => {
      const code = SGR[tone];
      return coloured && code !== null ? `\u001b[${code}m${text}\u001b[0m` : text;
    },
  };
}
