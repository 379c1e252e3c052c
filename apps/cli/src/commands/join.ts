import { DomainError } from '@vitrine/protocol';
import { defineCommand, JSON_OPTION } from '../command.ts';

const missing = (what: string): DomainError =>
  new DomainError('invalid-input', {
    message: `Joining a fleet needs ${what}.`,
    mend: 'Take the whole command that "vitrine join-token" or the dashboard prints.',
  });

export const join = defineCommand({
  name: 'join',
  summary: 'Let this host join the fleet of a hub; its agent then keeps the key. Needs root.',
  usage: '--hub URL --token TOKEN [options]',
  arity: [0, 0],
  options: {
    hub: { type: 'string', value: 'URL', help: "the hub's address as this host reaches it" },
    token: { type: 'string', value: 'TOKEN', help: 'from "vitrine join-token"; good once' },
    name: { type: 'string', value: 'NAME', help: 'what to call this host (its hostname)' },
    'state-dir': { type: 'string', value: 'PATH', help: 'where its agent keeps its key (/var/lib/vitrine)' },
    json: JSON_OPTION,
  },
  run: async ({ context, values: { hub, token, name, 'state-dir': stateDir, json } }) => {
    if (hub === undefined) throw missing('--hub URL');
    if (token === undefined) throw missing('--token TOKEN');
    const optional = { '--name': name, '--state-dir': stateDir };
    const more = Object.entries(optional).flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
    const { code, stdout } = await context.runAgent(['join', '--hub-url', hub, '--token', token, ...more]);
    if (code === 0) context.print(json === true ? stdout.trim() : `This host has joined the fleet of ${hub}.`);
    return code;
  },
});
