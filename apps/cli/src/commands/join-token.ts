import { defineCommand, JSON_OPTION } from '../command.ts';

export const joinToken = defineCommand({
  name: 'join-token',
  summary: 'Make a token with which one host may join the fleet, once and for a short time.',
  usage: '[options]',
  arity: [0, 0],
  options: { json: JSON_OPTION },
  run: async ({ context, values }) => {
    const made = await (await context.hub()).createJoinToken();
    if (values.json === true) {
      context.print(JSON.stringify(made));
      return 0;
    }
    context.print(made.token);
    context.warn(`Good once, until ${new Date(made.expiresAtMs).toISOString()}. On the host that joins:`);
    context.warn(`  ${made.command}`);
    return 0;
  },
});
