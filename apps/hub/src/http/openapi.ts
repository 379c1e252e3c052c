import { ErrorBody } from '@vitrine/protocol';
import { generateOpenApiDocument, type OpenAPIObject } from 'trpc-to-openapi';
import { z } from 'zod';
import { appRouter } from '../router/index.ts';
import { REST_PATH } from './rest.ts';

const FAILURES = {
  '400': 'The request is not valid; `field` names what is wrong',
  '401': 'Not signed in, or the token is not good',
  '403': 'The role does not allow it',
  '404': 'There is no such thing',
  '409': 'It is in a state that forbids it, or the name is taken',
  '413': 'The request is too large',
  '429': 'Too many requests',
  '500': 'A defect of the hub or the host',
  '503': 'The host is not connected',
  '504': 'The host did not answer in time',
};

const failure = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

function errorSchema(): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(ErrorBody);
  // Both are JSON Schema 2020-12; the two libraries have each their own type for it.
  return schema as Schema;
}

/** The generator describes errors in a shape of its own; ours is one, ErrorBody. */
export function createOpenApiDocument(publicUrl: string, version: string): OpenAPIObject {
  const document = generateOpenApiDocument(appRouter, {
    title: 'Vitrine',
    description: 'Containers on a fleet of Linux hosts. Every answer that is not 200 is an Error.',
    version,
    baseUrl: `${publicUrl}${REST_PATH}`,
    openApiVersion: '3.1.0',
    securitySchemes: { apiToken: { type: 'http', scheme: 'bearer', description: 'An API token' } },
  });
  const failures = Object.fromEntries(Object.entries(FAILURES).map(([status, text]) => [status, failure(text)]));
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path.get, path.post, path.patch, path.delete]) {
      if (operation?.responses === undefined) continue;
      const { '200': done } = operation.responses as Record<string, object>;
      operation.responses = { ...(done === undefined ? {} : { '200': done }), ...failures };
    }
  }
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) => !name.startsWith('error.'));
  document.components = { ...document.components, schemas: { ...Object.fromEntries(schemas), Error: errorSchema() } };
  return document;
}
