import { PROTOCOL_VERSION } from '@vitrine/protocol';
import manifest from '../../package.json' with { type: 'json' };
import { defineCommand, JSON_OPTION } from '../command.ts';

export const version = defineCommand({
  name: 'version',
  summary: 'Show the version of this command line.',
  usage: '[options]',
  arity: [0, 0],
  options: { json: JSON_OPTION },
  run: ({ context, values }) => {
    const answer = { version: manifest.version, protocolVersion: PROTOCOL_VERSION };
    context.print(
      values.json === true ? JSON.stringify(answer) : `vitrine ${answer.version}, protocol ${answer.protocolVersion}`,
    );
    return Promise.resolve(0);
  },
});
