import { defineCommand, JSON_OPTION } from '../command.ts';

export const join = defineCommand({
  name: 'join',
  summary: 'Let this host join the fleet of a hub. Needs root; the token comes from "vitrine join-token".',
  usage: 'URL TOKEN [options]',
  arity: [2, 2],
  options: {
    'state-dir': { type: 'string', value: 'PATH', help: 'where the agent keeps its key (/var/lib/vitrine)' },
    json: JSON_OPTION,
  },
  run: async ({ context, values, positionals: [url = '', token = ''] }) => {
    const stateDir = values['state-dir'];
    const place = stateDir === undefined ? [] : ['--state-dir', stateDir];
    const code = await context.runAgent(['join', '--hub-url', url, '--token', token, ...place]);
    if (code === 0) {
      context.print(
        values.json === true ? JSON.stringify({ joined: true, hubUrl: url }) : `This host has joined ${url}.`,
      );
    }
    return code;
  },
});
