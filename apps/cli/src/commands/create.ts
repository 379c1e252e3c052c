import { defineCommand, JSON_OPTION } from '../command.ts';
import { CONTAINER_OPTIONS, specFrom } from '../container-options.ts';
import { resolveHost } from '../resolve.ts';

export const create = defineCommand({
  name: 'create',
  summary: 'Make a container ready to start: everything is set up, and PID 1 waits before its exec.',
  usage: '[options] IMAGE [COMMAND [ARGUMENT…]]',
  arity: [1, Number.POSITIVE_INFINITY],
  stopAtFirstArgument: true,
  options: {
    host: { type: 'string', value: 'HOST', help: 'where; may be left out while there is one host only' },
    ...CONTAINER_OPTIONS,
    'idempotency-key': { type: 'string', value: 'KEY', help: 'the same key again gives the same container' },
    json: JSON_OPTION,
  },
  run: async ({ context, values, positionals: [image = '', ...command] }) => {
    const spec = specFrom(image, command, values, context.environment);
    const hub = await context.hub();
    const host = await resolveHost(hub, values.host);
    const created = await hub.createContainer(host.id, {
      spec,
      start: false,
      idempotencyKey: values['idempotency-key'],
    });
    context.print(values.json === true ? JSON.stringify(created) : created.container.id);
    return 0;
  },
});
