import { parseArgs } from 'node:util';

export interface Arguments {
  command: 'serve' | 'make-join-token' | 'reset-password' | 'help';
  dataDir: string;
  host: string;
  port: number;
  publicUrl: string | undefined;
  dashboardDir: string | undefined;
  development: boolean;
  email: string;
}

export const USAGE = `Usage: node apps/hub/src/main.ts [COMMAND] [OPTIONS]

  serve             run the hub (the default)
  make-join-token   print a token that enrols one host, valid for an hour
  reset-password    print a new password for --email

  --data-dir DIR       where the hub keeps its database [/var/lib/vitrine-hub]
  --host ADDRESS       address to listen on [127.0.0.1]
  --port PORT          port to listen on [7080]
  --public-url URL     as browsers and agents reach the hub, when that differs
  --dashboard-dir DIR  serve the dashboard that is built there
  --no-dashboard       serve the API alone
  --dev                with --dashboard-dir: run it by "next dev"
  --email EMAIL        with reset-password: whose [admin@vitrine.local]
`;

/** Something is wrong with the command line; `message` and `mend` are for whoever typed it. */
export class UsageError extends Error {}

const COMMANDS = ['serve', 'make-join-token', 'reset-password', 'help'] as const;

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not "${text}"`);
}

function toUrl(text: string | undefined): string | undefined {
  if (text === undefined || (URL.canParse(text) && /^https?:/.test(text))) return text;
  throw new UsageError(`--public-url must be an http or https URL, not "${text}"`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'data-dir': { type: 'string', default: '/var/lib/vitrine-hub' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '7080' },
        'public-url': { type: 'string' },
        'dashboard-dir': { type: 'string' },
        'no-dashboard': { type: 'boolean', default: false },
        dev: { type: 'boolean', default: false },
        email: { type: 'string', default: 'admin@vitrine.local' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export function parseArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const named = positionals[0] ?? 'serve';
  const command = values.help ? 'help' : COMMANDS.find((known) => known === named);
  if (command === undefined || positionals.length > 1) throw new UsageError(`there is no command "${named}"`);
  return {
    command,
    dataDir: values['data-dir'],
    host: values.host,
    port: toPort(values.port),
    publicUrl: toUrl(values['public-url']),
    dashboardDir: values['no-dashboard'] ? undefined : values['dashboard-dir'],
    development: values.dev,
    email: values.email,
  };
}
