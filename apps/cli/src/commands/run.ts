import { DomainError, type LogLine } from '@vitrine/protocol';
import { defineCommand } from '../command.ts';
import { CONTAINER_OPTIONS, specFrom } from '../container-options.ts';
import type { CliContext } from '../context.ts';
import { EXIT_CODE_HELP, exitCodeOf } from '../exit-code.ts';
import { currentCursor, followLogs, waitForExit } from '../follow.ts';
import type { ContainerAddress, Hub } from '../hub.ts';
import { resolveHost } from '../resolve.ts';

const EVERYTHING = 10_000;

function writeLines({ write }: CliContext, lines: readonly LogLine[]): void {
  for (const { stream, text, partial } of lines) write(stream, partial ? text : `${text}\n`);
}

/**
 * Shows what the container writes until it ends. Ctrl-C asks the container to stop, as it would a program of one's own;
 * the second one leaves it alone.
 */
async function stayUntilEnd(
  { context, hub, after }: { context: CliContext; hub: Hub; after: number },
  at: ContainerAddress,
  show: (lines: readonly LogLine[]) => void,
): Promise<number> {
  const ended = new AbortController();
  const left = new AbortController();
  const askToStop = (): void => {
    hub.stopContainer(at).catch((error: unknown) => {
      context.warn(`vitrine: ${error instanceof Error ? error.message : String(error)}`);
      left.abort();
    });
  };
  context.interrupted.addEventListener('abort', askToStop, { once: true });
  try {
    const exit = waitForExit(hub, at, after, left.signal).finally(() => {
      ended.abort();
    });
    const shown = (async () => {
      for await (const lines of followLogs(hub, at, { tail: EVERYTHING }, ended.signal, left.signal)) {
        show(lines);
      }
    })();
    const [end] = await Promise.all([exit, shown]);
    return end === undefined ? 1 : exitCodeOf(end);
  } finally {
    left.abort();
    context.interrupted.removeEventListener('abort', askToStop);
  }
}

export const run = defineCommand({
  name: 'run',
  summary: 'Make a container, start it, show what it writes and end with its exit code.',
  usage: '[options] IMAGE [COMMAND [ARGUMENT…]]',
  arity: [1, Number.POSITIVE_INFINITY],
  stopAtFirstArgument: true,
  details: EXIT_CODE_HELP,
  options: {
    detach: { type: 'boolean', short: 'd', help: 'print the id and return at once' },
    rm: { type: 'boolean', help: 'forget the container after its end' },
    host: { type: 'string', value: 'HOST', help: 'where; may be left out while there is one host only' },
    ...CONTAINER_OPTIONS,
    'idempotency-key': { type: 'string', value: 'KEY', help: 'the same key again gives the same container' },
    json: { type: 'boolean', help: 'print the container as JSON (without --detach after its end) and no output of it' },
  },
  run: async ({ context, values, positionals: [image = '', ...command] }) => {
    if (values.detach === true && values.rm === true) {
      throw new DomainError('invalid-input', {
        message: '--rm waits for the end of the container and --detach does not.',
        mend: 'Leave one of them out.',
      });
    }
    const spec = specFrom(image, command, values, context.environment);
    const hub = await context.hub();
    const host = await resolveHost(hub, values.host);
    const after = await currentCursor(hub);
    const idempotencyKey = values['idempotency-key'];
    const created = await hub.createContainer(host.id, { spec, start: true, idempotencyKey });
    const asJson = values.json === true;
    if (values.detach === true) {
      context.print(asJson ? JSON.stringify(created) : created.container.id);
      return 0;
    }
    const at = { hostId: created.hostId, containerId: created.container.id };
    const code = await stayUntilEnd({ context, hub, after }, at, (lines) => {
      if (!asJson) writeLines(context, lines);
    });
    if (asJson) context.print(JSON.stringify(await hub.getContainer(at)));
    if (values.rm === true) await hub.deleteContainer(at, true);
    return code;
  },
});
