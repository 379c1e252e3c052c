import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AgentApi, AgentToHub, EnrolRequest, EnrolResponse, HubToAgent, PROTOCOL_VERSION } from './index.ts';

const wire = {
  handshake: [AgentToHub, HubToAgent, EnrolRequest, EnrolResponse].map((schema) => z.toJSONSchema(schema)),
  api: Object.entries(AgentApi).map(([name, { type, input, output }]) => [
    name,
    type,
    z.toJSONSchema(input, { io: 'input' }),
    z.toJSONSchema(output),
  ]),
};

test('the wire cannot change unless PROTOCOL_VERSION changes with it', () => {
  const fingerprint = createHash('sha256').update(JSON.stringify(wire)).digest('hex').slice(0, 12);

  expect({ version: PROTOCOL_VERSION, fingerprint }).toMatchInlineSnapshot(`
    {
      "fingerprint": "48719e674b96",
      "version": 1,
    }
  `);
});
