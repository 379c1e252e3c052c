import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { DomainError } from '@vitrine/protocol';
import type { CliContext } from './context.ts';

/** One option as `help` shows it and `parseArgs` reads it. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in the help text, as in `SIZE`. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O['multiple'] extends true
    ? readonly string[]
    : string;

/** The options somebody wrote, by name; what was left out is absent. */
export type Values<O extends Options> = { readonly [K in keyof O]?: ValueOf<O[K]> };

export interface Invocation<O extends Options> {
  readonly context: CliContext;
  readonly values: Values<O>;
  readonly positionals: readonly string[];
}

/** A verb of the command line, with its own options forgotten: what the dispatcher and `help` need. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The part of the usage line after `vitrine NAME`. */
  readonly usage: string;
  readonly options: Options;
  /** Longer help: examples, exit codes. */
  readonly details?: string;
  /** Returns the exit code. */
  readonly run: (context: CliContext, args: readonly string[]) => Promise<number>;
}

interface Definition<O extends Options> {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: O;
  readonly details?: string;
  /** How many arguments make sense, as [least, most]. */
  readonly arity: readonly [number, number];
  /** Everything from the first argument on belongs to the container's program: `run starter ls -l`. */
  readonly stopAtFirstArgument?: boolean;
  readonly run: (invocation: Invocation<O>) => Promise<number>;
}

const HELP = { type: 'boolean', short: 'h', help: 'show this help' } as const;

/** Every command takes it; the shapes are the protocol's. */
export const JSON_OPTION = { type: 'boolean', help: 'print JSON instead of text' } as const;

function toParseArgsOptions(options: Options): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
}

/** Where the container's own command line begins: at the first argument that is no option and no option's value. */
function firstArgument(args: readonly string[], options: ParseArgsOptionsConfig): number {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const token = tokens.find(({ kind }) => kind === 'positional' || kind === 'option-terminator');
  return token?.index ?? args.length;
}

function parse(args: readonly string[], options: ParseArgsOptionsConfig, stopAtFirstArgument: boolean) {
  if (!stopAtFirstArgument) return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const split = firstArgument(args, options);
  const { values } = parseArgs({ args: args.slice(0, split), options, allowPositionals: false, strict: true });
  const rest = args.slice(split);
  return { values, positionals: rest[0] === '--' ? rest.slice(1) : rest };
}

const usageError = (command: string, message: string): DomainError =>
  new DomainError('invalid-input', { message, mend: `See "vitrine help ${command}".` });

/** Node's own words end in advice that is about Node; the first sentence is about the mistake. */
const firstSentence = (text: string): string => text.replace(/\. To specify .*$/s, '.').replace(/\n.*$/s, '');

function checkArity(name: string, usage: string, arity: readonly [number, number], count: number): void {
  const [least, most] = arity;
  if (count < least) throw usageError(name, `Too few arguments: vitrine ${name} ${usage}`);
  if (count > most) throw usageError(name, `Too many arguments: vitrine ${name} ${usage}`);
}

export function defineCommand<const O extends Options>(definition: Definition<O>): Command {
  const { name, summary, usage, arity, details } = definition;
  const options = { ...definition.options, help: HELP };
  const command: Command = {
    name,
    summary,
    usage,
    options,
    ...(details === undefined ? {} : { details }),
    run: async (context, args) => {
      let parsed;
      try {
        parsed = parse(args, toParseArgsOptions(options), definition.stopAtFirstArgument === true);
      } catch (error) {
        throw usageError(name, firstSentence(error instanceof Error ? error.message : String(error)));
      }
      if (parsed.values['help'] === true) {
        context.print(helpOf(command));
        return 0;
      }
      checkArity(name, usage, arity, parsed.positionals.length);
      // The shape was checked by parseArgs against the very table that Values is made of.
      return definition.run({ context, values: parsed.values as Values<O>, positionals: parsed.positionals });
    },
  };
  return command;
}

function optionLine([name, { short, value, help }]: [string, Option]): readonly [string, string] {
  const head = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return [head, help];
}

/** The help text of one command. */
export function helpOf(command: Command): string {
  const lines = Object.entries(command.options).map(optionLine);
  const width = Math.max(...lines.map(([head]) => head.length));
  return [
    `Usage: vitrine ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.summary,
    '',
    'Options:',
    ...lines.map(([head, help]) => `  ${head.padEnd(width)}  ${help}`),
    ...(command.details === undefined ? [] : ['', command.details]),
  ].join('\n');
}
