import { type Command, defineCommand, JSON_OPTION, type Options, type Values } from './command.ts';
import type { CliContext } from './context.ts';
import type { Hub } from './hub.ts';
import { type Resolved, resolveContainer } from './resolve.ts';

export const HOST_OPTION = { type: 'string', value: 'HOST', help: 'on which host, when a name is on several' } as const;

interface VerbDefinition<O extends Options> {
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** Answers what `--json` prints. */
  readonly act: (hub: Hub, container: Resolved, values: Values<O>) => Promise<unknown>;
}

/** A verb that is done to one or more containers by name or id; prints each id once it is done. */
export function defineContainerVerb<const O extends Options>({
  name,
  summary,
  options,
  act,
}: VerbDefinition<O>): Command {
  const perform = async (
    context: CliContext,
    wanted: readonly string[],
    values: Values<O>,
    asJson: boolean,
    host?: string,
  ) => {
    const hub = await context.hub();
    // All are looked up before the first is touched: a misspelt name changes nothing.
    const found = await Promise.all(wanted.map((each) => resolveContainer(hub, each, host)));
    for (const container of found) {
      const answer = await act(hub, container, values);
      context.print(asJson ? JSON.stringify(answer) : container.containerId);
    }
    return 0;
  };
  return defineCommand({
    name,
    summary,
    usage: '[options] CONTAINER…',
    arity: [1, Number.POSITIVE_INFINITY],
    options: { ...options, host: HOST_OPTION, json: JSON_OPTION },
    run: async ({ context, values, positionals }) => {
      const { host, json } = values as Values<{ host: typeof HOST_OPTION; json: typeof JSON_OPTION }>;
      return perform(context, positionals, values as Values<O>, json === true, host);
    },
  });
}
