import { expect, test } from 'vitest';
import { createOpenApiDocument } from './openapi.ts';

const document = createOpenApiDocument('http://hub:7080', '1.2.3');
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (['get', 'post', 'patch', 'delete'] as const).flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [{ name: `${method} ${path}`, path, operation }];
  }),
);

/** Every `$ref` in the document, wherever it stands. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
}

test('the document is OpenAPI 3.1 and covers hosts, containers and events', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(operations.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'get /hosts',
      'get /hosts/{hostId}',
      'get /containers',
      'post /hosts/{hostId}/containers',
      'get /hosts/{hostId}/containers/{containerId}',
      'post /hosts/{hostId}/containers/{containerId}/stop',
      'delete /hosts/{hostId}/containers/{containerId}',
      'get /hosts/{hostId}/containers/{containerId}/autopsy',
      'get /events',
    ]),
  );
});

test('every operation has a name of its own, says what it does, and needs a token', () => {
  const ids = operations.map(({ operation }) => operation.operationId);

  expect(new Set(ids).size).toBe(ids.length);
  expect(operations.filter(({ operation }) => !operation.summary)).toEqual([]);
  for (const { operation } of operations) expect(operation.security).toEqual([{ apiToken: [] }]);
});

test('every hole in a path is a parameter of that operation', () => {
  for (const { path, operation } of operations) {
    const holes = [...path.matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole);
    const parameters = (operation.parameters ?? []).flatMap((parameter) =>
      'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
    );
    expect(new Set(parameters)).toEqual(new Set(holes));
  }
});

test('every failure of every operation is the one error, and every reference leads somewhere', () => {
  for (const { operation } of operations) {
    const { '200': done, ...failures } = operation.responses as Record<string, { content?: unknown }>;
    expect(done).toBeDefined();
    for (const failure of Object.values(failures)) expect(refsIn(failure)).toEqual(['#/components/schemas/Error']);
  }
  for (const ref of refsIn(document)) {
    expect(Object.keys(document.components?.schemas ?? {})).toContain(ref.replace('#/components/schemas/', ''));
  }
  expect(document.components?.schemas?.['Error']).toMatchObject({ required: ['code', 'message', 'mend', 'field'] });
});
