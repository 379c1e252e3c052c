import type { LogLine } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';
import { HOST_OPTION } from '../container-verb.ts';
import type { CliContext } from '../context.ts';
import { currentCursor, followLogs, waitForExit } from '../follow.ts';
import type { Hub } from '../hub.ts';
import { type Resolved, resolveContainer } from '../resolve.ts';
import { parseNumber } from '../sizes.ts';

interface Show {
  readonly timestamps: boolean;
  readonly asJson: boolean;
}

function writeLine(context: CliContext, line: LogLine, { timestamps, asJson }: Show): void {
  if (asJson) {
    context.print(JSON.stringify(line));
    return;
  }
  const stamp = timestamps ? `${new Date(line.atMs).toISOString()} ` : '';
  context.write(line.stream, `${stamp}${line.text}${line.partial ? '' : '\n'}`);
}

async function follow(context: CliContext, hub: Hub, at: Resolved, tail: number, show: Show): Promise<void> {
  const ended = new AbortController();
  const left = new AbortController();
  const signal = AbortSignal.any([context.interrupted, left.signal]);
  const end = waitForExit(hub, at, await currentCursor(hub), signal).finally(() => {
    ended.abort();
  });
  const lines = (async () => {
    for await (const page of followLogs(hub, at, { tail }, ended.signal, signal)) {
      for (const line of page) writeLine(context, line, show);
    }
  })();
  await Promise.all([end, lines]).finally(() => {
    left.abort();
  });
}

export const logs = defineCommand({
  name: 'logs',
  summary: 'Show what a container wrote; standard error goes to standard error.',
  usage: '[options] CONTAINER',
  arity: [1, 1],
  options: {
    follow: { type: 'boolean', short: 'f', help: 'go on until the container ends' },
    tail: { type: 'string', short: 'n', value: 'N', help: 'only the last N lines (200)' },
    timestamps: { type: 'boolean', short: 't', help: 'when each line was written' },
    host: HOST_OPTION,
    json: { ...JSON_OPTION, help: 'print JSON: a page of the log, or with --follow one line of it a line' },
  },
  run: async ({ context, values, positionals: [wanted = ''] }) => {
    const tail = parseNumber('tail', values.tail ?? '200');
    const hub = await context.hub();
    const at = await resolveContainer(hub, wanted, values.host);
    const show = { timestamps: values.timestamps === true, asJson: values.json === true };
    if (values.follow === true) {
      await follow(context, hub, at, tail, show);
      return 0;
    }
    const page = await hub.logs(at, { tail });
    if (show.asJson) context.print(JSON.stringify(page));
    else for (const line of page.lines) writeLine(context, line, show);
    return 0;
  },
});
