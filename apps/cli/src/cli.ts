import { CLI_EXIT_CODE, DomainError, type ErrorBody } from '@vitrine/protocol';
import { type Command, helpOf } from './command.ts';
import { autopsy } from './commands/autopsy.ts';
import { create } from './commands/create.ts';
import { events } from './commands/events.ts';
import { hosts } from './commands/hosts.ts';
import { inspect } from './commands/inspect.ts';
import { joinToken } from './commands/join-token.ts';
import { join } from './commands/join.ts';
import { kill } from './commands/kill.ts';
import { login } from './commands/login.ts';
import { logs } from './commands/logs.ts';
import { plan } from './commands/plan.ts';
import { ps } from './commands/ps.ts';
import { rm } from './commands/rm.ts';
import { run } from './commands/run.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { trace } from './commands/trace.ts';
import { version } from './commands/version.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE_HELP } from './exit-code.ts';

/** In the order in which `help` lists them. */
const COMMANDS: readonly Command[] = [
  login,
  hosts,
  run,
  create,
  start,
  ps,
  inspect,
  logs,
  stop,
  kill,
  rm,
  events,
  autopsy,
  trace,
  plan,
  joinToken,
  join,
  version,
];

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'Usage: vitrine COMMAND [options]',
    '',
    'Containers on a fleet of hosts: make them, watch them, learn why they ended.',
    '',
    'Commands:',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    `  ${'help'.padEnd(width)}  Show this, or the help of one command: vitrine help run.`,
    '',
    'Every command takes --json. VITRINE_HUB and VITRINE_TOKEN stand in for "vitrine login".',
    '',
    EXIT_CODE_HELP,
  ].join('\n');
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((each) => each.name === name);
  if (command !== undefined) return command;
  throw new DomainError('invalid-input', {
    message: `There is no command "${name}".`,
    mend: 'See "vitrine help" for those that there are.',
  });
}

async function dispatch(context: CliContext, [name = 'help', ...args]: readonly string[]): Promise<number> {
  if (name === '--version') return version.run(context, args);
  if (name !== 'help' && name !== '--help' && name !== '-h') return findCommand(name).run(context, args);
  const [about] = args;
  context.print(about === undefined ? overview() : helpOf(findCommand(about)));
  return 0;
}

function bodyOf(error: unknown): ErrorBody {
  if (error instanceof DomainError) return error.toBody();
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, mend: null, field: null };
}

/** Runs one command line and answers its exit code; what goes wrong is told on standard error with its mend. */
export async function runCli(context: CliContext, args: readonly string[]): Promise<number> {
  try {
    return await dispatch(context, args);
  } catch (error) {
    const body = bodyOf(error);
    if (args.includes('--json')) context.warn(JSON.stringify({ error: body }));
    else {
      context.warn(`vitrine: ${body.message}`);
      if (body.mend !== null) context.warn(body.mend);
    }
    return CLI_EXIT_CODE[body.code];
  }
}
